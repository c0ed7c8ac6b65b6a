"""Who is told of an inspection: ``--notify KIND+URL``, and ``--previous FILE``."""

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import click

from goproxy_exporter.cli.interrupt import cancelled_by_signals
from goproxy_exporter.config.expand import expand_text
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.news import News, news_of
from goproxy_exporter.notify.origin import Origin
from goproxy_exporter.notify.way import Way
from goproxy_exporter.report.change import Earlier, read_earlier
from goproxy_exporter.report.report import Notification, Report


class DestinationType(click.ParamType[Destination | None]):
    """Parses ``KIND+URL#on=…``; None where the variable of the URL is set and empty."""

    name = "KIND+URL"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Destination | None:
        """Refuse what is no destination. What was written may be a secret: it is not repeated."""
        if isinstance(value, Destination):
            return value
        try:
            return Destination.parse(str(value), _expanded)
        except ValueError as error:
            self.fail(f"a destination {error}", param, ctx)


def earlier_report(path: Path | None) -> Earlier | None:
    """Read the report of the last inspection; one that cannot be used is told, and is none."""
    if path is None:
        return None
    try:
        return read_earlier(path)
    except ValueError as error:
        click.echo(f"Warning: {path} {error}: everything counts as new", err=True)
        return None


def tell(
    report: Report,
    earlier: Earlier | None,
    destinations: Sequence[Destination],
    settings: Settings,
) -> tuple[Notification, ...]:
    """Send what there is to tell, and say on standard error whom it did not reach."""
    news = news_of(report, earlier, Origin.of(os.environ))
    concerned = [each for each in destinations if news.concerns(each)]
    if not concerned:
        return ()
    told = _sent(news, concerned, settings)
    for one in told:
        if not one.ok:
            click.echo(f"Warning: cannot notify {one.to}: {one.detail}", err=True)
    return told


def _sent(
    news: News, concerned: Sequence[Destination], settings: Settings
) -> tuple[Notification, ...]:
    # Imported when somebody is told: the client of aiohttp is not small.
    from goproxy_exporter.notify.send import send_all  # noqa: PLC0415

    way = Way(access=settings.terms.access, environment=os.environ)

    async def main() -> tuple[Notification, ...]:
        async with cancelled_by_signals():
            return await send_all(news, concerned, way)

    try:
        return asyncio.run(main())
    except asyncio.CancelledError:
        # Somebody does not want to wait: the report is written all the same.
        return tuple(
            Notification(id=each.id, to=each.shown, ok=False, detail="broken off")
            for each in concerned
        )


def _expanded(text: str) -> str:
    expanded, problems = expand_text(text, os.environ)
    if problems:
        raise ValueError(f"cannot be read: {'; '.join(problems)}")
    return expanded

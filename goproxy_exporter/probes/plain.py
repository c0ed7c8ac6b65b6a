"""Does something plain of the mirror work, while its relay does not?"""

from collections.abc import Iterable, Sequence

from goproxy_exporter.diagnosis.looks import Look, Series
from goproxy_exporter.diagnosis.question import Form, Question, about
from goproxy_exporter.model.mirror import Mirror
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.probes.interview import Interview


class Plain:
    """One question about a canary, asked only where something else fails, and then as often."""

    def __init__(self, talk: Interview, mirror: Mirror) -> None:
        self._talk = talk
        self._question = _question(mirror)
        self._asked = False

    async def ask(self) -> None:
        """Put the question."""
        if self._question is not None:
            self._asked = await self._talk.repeat(self._question) is not None

    async def keep_up_with(self, run: Iterable[Series]) -> None:
        """Look as often as at what was looked at most."""
        if self._question is None or not self._asked:
            return
        most = max((len(series.looks) for series in run), default=0)
        for _ in range(most - len(self._talk.series_of(self._question).looks)):
            await self._talk.repeat(self._question)

    @property
    def looks(self) -> Sequence[Look] | None:
        """Give what was seen; None where it was not asked."""
        if self._question is None or not self._asked:
            return None
        return self._talk.series_of(self._question).looks


def _question(mirror: Mirror) -> Question | None:
    for canary in mirror.canaries.stable:
        if canary.version is not None:
            return about(canary, Endpoint.INFO, Form.INFO)
        return about(canary, Endpoint.LIST, Form.LIST)
    return None

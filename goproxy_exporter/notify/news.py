"""What is there to tell of an inspection, and is it an occasion to tell somebody?"""

import hashlib
import json
from dataclasses import dataclass

from goproxy_exporter.notify.destination import Destination, Occasion
from goproxy_exporter.notify.origin import Origin
from goproxy_exporter.report.change import Change, Earlier, changes, standings
from goproxy_exporter.report.exact import timestamp
from goproxy_exporter.report.report import EXIT_OK, Report


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """An inspection with its exit code, what has changed since the last, and who made it."""

    report: Report
    changes: tuple[Change, ...]
    untold: frozenset[str]
    """Destinations that did not get to hear of the last inspection."""
    origin: Origin

    @property
    def success(self) -> bool:
        """Whether nothing was found that counts."""
        return self.report.exit_code == EXIT_OK

    def concerns(self, destination: Destination) -> bool:
        """Tell whether this is an occasion for a destination.

        A change that it did not get to hear of is still news to it.
        """
        match destination.on:
            case Occasion.ALWAYS:
                return True
            case Occasion.SUCCESS:
                return self.success
            case Occasion.FAILURE:
                return not self.success
            case Occasion.CHANGE:
                return bool(self.changes) or destination.id in self.untold

    def key(self, destination: Destination) -> str:
        """Give what tells receivers that two messages are one: run, content and destination."""
        run = self.origin.run or f"{self.report.vantage} {timestamp(self.report.started)}"
        found = [[*subject, *standing] for subject, standing in standings(self.report).items()]
        content = json.dumps([run, self.report.exit_code, found, destination.id])
        return hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def news_of(report: Report, earlier: Earlier | None, origin: Origin) -> News:
    """Hold a report against the one before it."""
    untold = frozenset[str]() if earlier is None else earlier.untold
    return News(report=report, changes=changes(earlier, report), untold=untold, origin=origin)

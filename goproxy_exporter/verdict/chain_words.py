"""What does an engineer want to be told about a GOPROXY list, in one sentence?"""

from collections.abc import Iterable, Sequence

from goproxy_exporter.gomod.goproxy import Entry
from goproxy_exporter.model.chain import ChainVerdict, Passage


def summary(verdict: ChainVerdict, entries: Sequence[Entry]) -> str:
    """Say whether builds work with the list, and what breaks or saves them."""
    name = "".join(f"{_short(str(entry))}{entry.separator}" for entry in entries)
    match verdict.ok:
        case None:
            unknown = [passage.resource for passage in verdict.passages if passage.ok is None]
            return (
                f"whether builds with {name} work is not known: nothing recent on {_few(unknown)}"
            )
        case False:
            return f"builds with {name} fail now: {_failure(verdict, entries)}"
        case True:
            return f"builds with {name} work{_saved(verdict)}{_but_for_go_get(verdict)}"


def _failure(verdict: ChainVerdict, entries: Sequence[Entry]) -> str:
    broken = [passage for passage in verdict.passages if passage.ok is False]
    first = broken[0]
    same = [one.resource for one in broken if (one.stopped_by, one.why) == _cause(first)]
    who = _short(first.stopped_by or "nobody")
    return f"{who} {first.why or 'answers'} for {_few(same)}{_consequence(first, entries)}"


def _cause(passage: Passage) -> tuple[str | None, str | None]:
    return passage.stopped_by, passage.why


def _consequence(passage: Passage, entries: Sequence[Entry]) -> str:
    if not passage.unreached:
        return ""
    separators = [one.separator for one in entries if str(one) == passage.stopped_by]
    never = " and ".join(map(_short, passage.unreached))
    if separators == ["|"]:
        return f", and `|` does not help: {never} is never asked"
    return f", so `,` never reaches {never}"


def _saved(verdict: ChainVerdict) -> str:
    saved = [passage for passage in verdict.passages if passage.fallback]
    if not saved:
        return ""
    who = " and ".join(dict.fromkeys(_short(one.answered_by or "") for one in saved))
    return f", but only by falling back to {who} for {_few([one.resource for one in saved])}"


def _but_for_go_get(verdict: ChainVerdict) -> str:
    if not verdict.refused:
        return ""
    who = " and ".join(dict.fromkeys(_short(entry) for entry, _ in verdict.refused))
    return f"; `go get` fails: it trips over the go.mod of {who} all the same"


def _few(resources: Iterable[str]) -> str:
    named = list(dict.fromkeys(resources))
    more = f" and {len(named) - 1} more" if len(named) > 1 else ""
    return f"{named[0]}{more}" if named else "anything"


def _short(url: str) -> str:
    return url.removeprefix("https://").rstrip("/")

"""Which lists does a run ask for?"""

from collections.abc import Iterable, Sequence

from goproxy_exporter.model.freshness import Followed, Recall, Subject
from goproxy_exporter.model.names import Endpoint

COMPARE_EVERY = 600.0
"""Seconds after which answers to the same question are held against each other again."""
ASK_EVERY = 300.0
"""Seconds after which something is asked for again, though nothing is awaited of it."""

_AWAITED = (Endpoint.LIST, Endpoint.INFO)


def subjects(followed: Iterable[Followed], untagged: str | None) -> tuple[Subject, ...]:
    """Give everything that changes with time: a list is one subject for all its versions."""
    modules = dict.fromkeys(one.module for one in followed)
    lists = tuple((Endpoint.LIST, module) for module in modules)
    return (*lists, (Endpoint.LATEST, untagged)) if untagged else lists


def wanted(
    known: Sequence[Subject],
    followed: Iterable[Followed],
    revisions: Iterable[Followed],
    recall: Recall,
    now: float,
) -> tuple[Subject, ...]:
    """Give the subjects that a run asks for.

    Those of which something is awaited or wrong, the list that was asked for longest ago, or
    ``@latest`` where there are no lists, and everything every five minutes: so each run hears
    something, and what went well is asked for rarely.
    """
    if not known:
        return ()
    own = recall.own
    waiting = {
        (Endpoint.LIST, one.module)
        for one in followed
        if not all(_visible(recall, one, endpoint) for endpoint in _AWAITED)
    }
    waiting |= {
        (Endpoint.LATEST, one.module)
        for one in revisions
        if not _visible(recall, one, Endpoint.LATEST)
    }
    waiting |= {(Endpoint.LIST, module) for module, roll in own.rolls.items() if roll.lost}
    waiting |= {subject for subject, one in own.compared.items() if not one.agreed}
    lists = [subject for subject in known if subject[0] is Endpoint.LIST]
    turn = {min(lists, key=lambda subject: own.asked.get(subject, 0.0), default=known[0])}
    turn |= {one for one in known if now - own.asked.get(one, 0.0) >= ASK_EVERY}
    return tuple(subject for subject in known if subject in waiting | turn)


def compared(asked: Iterable[Subject], recall: Recall, now: float) -> tuple[Subject, ...]:
    """Give those of the subjects whose answers are to be held against each other.

    Those that disagreed last, and of lists, as of ``@latest``, every ten minutes the one that was
    compared longest ago.
    """
    own = recall.own.compared
    subjects_asked = tuple(asked)
    chosen = [one for one in subjects_asked if one in own and not own[one].agreed]
    for endpoint in (Endpoint.LIST, Endpoint.LATEST):
        last = max((each.at for (kind, _), each in own.items() if kind is endpoint), default=0.0)
        if now - last >= COMPARE_EVERY:
            mine = [one for one in subjects_asked if one[0] is endpoint]
            chosen += sorted(mine, key=lambda one: own[one].at if one in own else 0.0)[:1]
    return tuple(dict.fromkeys(chosen))


def _visible(recall: Recall, one: Followed, endpoint: Endpoint) -> bool:
    trace = recall.own.trace(one.name, endpoint)
    return trace is not None and trace.visible

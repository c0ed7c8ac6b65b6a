"""How a host behaves just now: everything that is switched on, laid over one another."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from goproxy_exporter.simulator.conduct import NOTHING_ELSE, Bend, Conduct, Scene, Sight
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Request


@dataclass(frozen=True, slots=True)
class Posture:
    """Conducts in the order in which they were switched on, each for one address or for all."""

    conducts: tuple[tuple[str | None, Conduct], ...] = ()

    def at(self, address: str) -> Conduct:
        """How the host behaves at one of its addresses."""
        return _merged(one for edge, one in self.conducts if edge in (None, address))

    @property
    def everywhere(self) -> Conduct:
        """How the host behaves at all of them."""
        return _merged(one for edge, one in self.conducts if edge is None)

    @property
    def deep(self) -> bool:
        """Whether anything is touched but replies, so that standing connections do not show it."""
        shallow = {"bend": None, "sight": None}
        return any(replace(one, **shallow) != NOTHING_ELSE for _, one in self.conducts)


def _merged(conducts: Iterable[Conduct]) -> Conduct:
    """Let the last one count in each layer; sights and bends follow one another."""
    result = NOTHING_ELSE
    for one in conducts:
        told: dict[str, Any] = {
            each.name: value
            for each in fields(one)
            if (value := getattr(one, each.name)) is not None
        }
        if result.bend is not None and one.bend is not None:
            told["bend"] = _sequel(result.bend, one.bend)
        if result.sight is not None and one.sight is not None:
            told["sight"] = _narrower(result.sight, one.sight)
        result = replace(result, **told)
    return result


def _sequel(first: Bend, second: Bend) -> Bend:
    def bend(request: Request, reply: Reply, scene: Scene) -> Reply:
        return second(request, first(request, reply, scene), scene)

    return bend


def _narrower(first: Sight, second: Sight) -> Sight:
    def sight(known: Known, request: Request, scene: Scene) -> Known:
        return second(first(known, request, scene), request, scene)

    return sight

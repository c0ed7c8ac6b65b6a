"""The words in which faults say what of everything published a host does not know."""

from collections.abc import Callable
from dataclasses import replace

from goproxy_exporter.simulator.conduct import Scene, Sight
from goproxy_exporter.simulator.faults.bends import Test
from goproxy_exporter.simulator.inquiry import Resource
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.log import Log
from goproxy_exporter.simulator.modules import Release
from goproxy_exporter.simulator.request import Request

_HEADED = (Resource.LATEST, Resource.LOOKUP)


def seen_when(test: Test, sight: Sight) -> Sight:
    """See otherwise only for what passes the test."""

    def only(known: Known, request: Request, scene: Scene) -> Known:
        return sight(known, request, scene) if test(request, scene) else known

    return only


def older_than(seconds: float) -> Sight:
    """Know only what was published so long ago."""
    return lambda known, request, _scene: known.seeing(
        lambda release, at: release if at <= request.at - seconds else None
    )


def changed(change: Callable[[Release], Release]) -> Sight:
    """Know releases as they are not."""
    return lambda known, _request, _scene: known.seeing(lambda release, _at: change(release))


def without(lost: Callable[[Known, str], Release | None]) -> Sight:
    """Do not know the one release of a module that `lost` picks of it."""

    def sight(known: Known, request: Request, _: Scene) -> Known:
        gone = lost(known, request.target.module)
        return known.seeing(lambda release, _at: None if release == gone else release)

    return sight


def logged(change: Callable[[Log], Log]) -> Sight:
    """Know another log of the checksum database."""
    return lambda known, _request, _scene: replace(known, log=change(known.log))


def heads_older_than(seconds: float) -> Sight:
    """Sign the log's head of so long ago, where it holds what is looked up; tiles are honest."""

    def sight(known: Known, request: Request, _: Scene) -> Known:
        inquiry = request.inquiry
        if inquiry is None or inquiry.resource not in _HEADED:
            return known
        older = known.log.at(request.at - seconds)
        if inquiry.module and older.number(inquiry.module, inquiry.version) is None:
            return known
        return replace(known, log=older)

    return sight

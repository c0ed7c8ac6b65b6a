"""Faults of gateways that do not pass ``!`` and ``+`` of a path on as they came."""

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import (
    Test,
    answering,
    breaking,
    capital,
    each,
    files,
    on,
    plus,
    when,
    written,
)
from goproxy_exporter.simulator.faults.redirect import signed
from goproxy_exporter.simulator.modules import INCOMPATIBLE
from goproxy_exporter.simulator.reply import Ending, Reply, page, redirect, text
from goproxy_exporter.simulator.request import Kind, Request
from goproxy_exporter.simulator.styles.bucket import denial


def _case(variant: str, meaning: str, bend: Bend, *, test: Test = capital) -> Fault:
    name = "encoding.case"
    whole = f"paths with capital letters {meaning}"
    return Fault(f"{name}{variant}", whole, name, here=Conduct(bend=when(test, bend)))


def _plus(variant: str, meaning: str, bend: Bend, *, test: Test = plus) -> Fault:
    name = "encoding.plus"
    whole = f"paths with a plus sign {meaning}"
    return Fault(f"{name}{variant}", whole, name, here=Conduct(bend=when(test, bend)))


def _lowered(request: Request, _: Reply, __: Scene) -> Reply:
    return redirect(301, request.neighbours["mirror"] + request.path.replace("!", ""))


_NOT_FOUND = answering(page(404, "404 Not Found", server="nginx"))
_BLOCKED = answering(page(200, "Request blocked"))
_INVALID = answering(text(400, "invalid URL"))
_FORBIDDEN = answering(text(403, "forbidden"))
_FAILED = answering(page(500, "500 Internal Server Error"))
_AS_SPACE = text(404, f"not found: {INCOMPATIBLE[0]}: unknown revision v2.8.0 incompatible")

CASE = (
    _case("", "are answered 404", _NOT_FOUND),
    _case("/files", "are answered 404, but for lists", _NOT_FOUND, test=each(capital, files)),
    _case("/zip", "are answered 404, for zips alone", _NOT_FOUND, test=each(capital, on(Kind.ZIP))),
    _case(
        "/percent", "are answered 404 with %21, and right with !", _NOT_FOUND, test=written("%21")
    ),
    _case("/lower_case", "lead to the same in lower case, which does not exist", _lowered),
    _case("/400", "are answered 400", _INVALID),
    _case("/403", "are answered 403", _FORBIDDEN),
    _case("/500", "are answered 500", _FAILED),
    _case("/soft200", "are answered with a page and 200", _BLOCKED),
    _case("/reset", "break the connection", breaking(Ending.RESET)),
    _case("/silent", "are never answered", breaking(Ending.SILENCE)),
)

PLUS = (
    _plus("", "are answered 404", _NOT_FOUND),
    _plus("/space", "are read with a space, but for %2B", answering(_AS_SPACE), test=written("+")),
    _plus("/400", "are answered 400", _INVALID),
    _plus("/403", "are answered 403", _FORBIDDEN),
    _plus("/500", "are answered 500", _FAILED),
    _plus("/soft200", "are answered with a page and 200", _BLOCKED),
    Fault(
        "encoding.plus/target",
        "files lead to a storage host that denies paths with a plus sign",
        "encoding.plus",
        here=Conduct(bend=when(files, signed())),
        target=Conduct(bend=when(plus, answering(denial(403, "SignatureDoesNotMatch")))),
    ),
)

ENCODING = CASE + PLUS

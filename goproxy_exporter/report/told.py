"""How is a cause told in words, in whatever format?"""

from goproxy_exporter.model.result import Fact
from goproxy_exporter.model.standing import Cause
from goproxy_exporter.report.plain import printable


def looks(cause: Cause) -> str:
    """Say how bad it is, who has to act, and how often it was seen."""
    accepted = " (accepted)" if cause.accepted else ""
    return (
        f"{cause.severity}{accepted}, blame: {cause.blame}, "
        f"seen in {cause.matched} of {cause.looked} looks"
    )


def where(cause: Cause) -> str:
    """Name the check, the endpoints and the module that show it."""
    endpoints = ", ".join(map(str, cause.endpoints or (cause.endpoint,)))
    return printable(f"{cause.check}: {endpoints}: {cause.module}")


def fact(value: Fact) -> str:
    """Write the value of a fact, or of a piece of evidence, on one line."""
    match value:
        case dict():
            return ", ".join(f"{printable(name)}={fact(part)}" for name, part in value.items())
        case list():
            return ", ".join(map(fact, value))
        case None:
            return "-"
        case _:
            return printable(str(value))

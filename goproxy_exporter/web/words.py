"""How are moments and values written for people?"""

from datetime import UTC, datetime

from goproxy_exporter.model.result import Fact

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"))
_LONGEST = 300


def moment(seconds: float) -> str:
    """Write Unix seconds as a date and time in UTC."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
    except (OverflowError, OSError, ValueError):
        return "beyond the calendar"


def age(seconds: float) -> str:
    """Write a span in its largest unit: ``12 s``, ``5 min``, ``3 d``."""
    for length, unit in _UNITS:
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(seconds, 0):.0f} s"


def fact(value: Fact) -> str:
    """Write a JSON value on one line, not too long."""
    match value:
        case None:
            text = "–"  # noqa: RUF001 - a dash is meant
        case bool():
            text = "yes" if value else "no"
        case dict():
            text = ", ".join(f"{name}: {fact(part)}" for name, part in value.items())
        case list():
            text = ", ".join(map(fact, value))
        case _:
            text = str(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"

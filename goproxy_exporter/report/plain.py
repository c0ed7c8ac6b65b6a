"""Numbers and foreign text, written for people."""


def printable(text: str) -> str:
    """Replace what a terminal could act upon, or a reader could not see, by U+FFFD."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def duration(seconds: float) -> str:
    """Write seconds with three significant digits: ``1.23 s``, ``45.6 ms``, ``789 µs``."""
    for factor, unit in ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs")):
        if seconds >= factor:
            return f"{_three(seconds / factor)} {unit}"
    return "0 s" if seconds <= 0 else "<1 µs"


def size(octets: int) -> str:
    """Write octets in decimal multiples: ``21 B``, ``2.65 kB``, ``31.4 MB``."""
    for factor, unit in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if octets >= factor:
            return f"{_three(octets / factor)} {unit}"
    return f"{octets} B"


def _three(value: float) -> str:
    decimals = 2 if value < 9.995 else 1 if value < 99.95 else 0  # noqa: PLR2004 - digits
    return f"{value:.{decimals}f}"

"""How are spans of time and amounts of bytes written?"""

import re

_SECONDS = {
    "y": 365 * 86400.0,
    "w": 7 * 86400.0,
    "d": 86400.0,
    "h": 3600.0,
    "m": 60.0,
    "s": 1.0,
    "ms": 0.001,
}
_DURATION = re.compile("".join(rf"(?:([0-9]{{1,9}}){unit})?" for unit in _SECONDS))
_LONGEST = 100 * _SECONDS["y"]

_BYTES = {
    "B": 1,
    "kB": 10**3,
    "MB": 10**6,
    "GB": 10**9,
    "TB": 10**12,
    "KiB": 2**10,
    "MiB": 2**20,
    "GiB": 2**30,
    "TiB": 2**40,
}
_SIZE = re.compile(r"([0-9]{1,15})(\.[0-9]{1,9})?(" + "|".join(_BYTES) + ")")

DURATION_PATTERN = (
    r"^(?:0|(?=[0-9])(?:[0-9]+y)?(?:[0-9]+w)?(?:[0-9]+d)?(?:[0-9]+h)?(?:[0-9]+m)?(?:[0-9]+s)?"
    r"(?:[0-9]+ms)?)$"
)
"""What a duration looks like, for the JSON Schema."""
SIZE_PATTERN = r"^[0-9]+(?:\.[0-9]+)?(?:" + "|".join(_BYTES) + ")$"
"""What an amount of bytes looks like, for the JSON Schema."""


def parse_duration(text: str) -> float:
    """Read seconds from a duration as Prometheus writes it (common/model/time.go, ParseDuration).

    Raises ValueError with the reason; ``{}`` in it stands for the value.
    """
    match = _DURATION.fullmatch(text)
    if match is None or text == "":
        if text == "0":
            return 0.0
        raise ValueError("{} is not a duration such as 500ms, 30s, 1h30m or 14d")
    parts = zip(match.groups(), _SECONDS.items(), strict=True)
    # Whole milliseconds first, so that 1s100ms is the same float as 1100ms.
    millis = sum(int(digits) * round(each * 1000) for digits, (_, each) in parts if digits)
    if millis > _LONGEST * 1000:
        raise ValueError("{} is longer than 100 years")
    return millis / 1000


def format_duration(seconds: float) -> str:
    """Write seconds so that `parse_duration` reads them back, to the millisecond."""
    left = round(seconds * 1000)
    text = ""
    for unit, each in (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)):
        count, left = divmod(left, each)
        text += f"{count}{unit}" if count else ""
    return text or "0s"


def parse_size(text: str) -> int:
    """Read bytes from an amount such as ``100kB`` (1000) or ``512MiB`` (1024 x 1024).

    Raises ValueError with the reason; ``{}`` in it stands for the value.
    """
    match = _SIZE.fullmatch(text)
    if match is None:
        raise ValueError("{} is not an amount of bytes such as 100kB, 500MB or 2GiB")
    whole, fraction, unit = match.groups()
    factor = _BYTES[unit]
    digits = (fraction or ".0")[1:]
    scale: int = 10 ** len(digits)
    return int(whole) * factor + int(digits) * factor // scale


def format_size(size: int) -> str:
    """Write bytes with the largest unit that loses nothing, so that `parse_size` reads them back."""
    for unit, each in sorted(_BYTES.items(), key=lambda item: -item[1]):
        if size and size % each == 0:
            return f"{size // each}{unit}"
    return "0B"

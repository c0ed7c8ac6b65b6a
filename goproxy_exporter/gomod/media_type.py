"""What does `go` read in a Content-Type?

Source: mime.ParseMediaType, less the parts of RFC 2231, which no proxy sends.
"""

import re

from goproxy_exporter.gomod.space import SPACE

_WORD = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_TYPE = re.compile(rf"{_WORD}(?:/{_WORD})?\Z")
_PARAMETER = re.compile(
    rf"[{SPACE}]*;[{SPACE}]*({_WORD})[{SPACE}]*=[{SPACE}]*"
    rf"(?:({_WORD})|\"((?:[^\"\\\r\n]|\\.)*)\")"
)


def parse_media_type(value: str) -> tuple[str, dict[str, str]]:
    """Give the type in lower case, and its parameters.

    Both are empty for a value that is no type or gives a parameter twice; the parameters alone
    are empty where one of them is malformed.
    """
    base, _, _ = value.partition(";")
    kind = base.lower().strip(SPACE)
    if not _TYPE.match(kind):
        return "", {}
    parameters: dict[str, str] = {}
    place = len(base)
    while found := _PARAMETER.match(value, place):
        name, text = found[1].lower(), found[2] or re.sub(r"\\(.)", r"\1", found[3] or "")
        if parameters.setdefault(name, text) != text:
            return "", {}
        place = found.end()
    complete = not value[place:].strip(SPACE).removeprefix(";")
    return kind, parameters if complete else {}

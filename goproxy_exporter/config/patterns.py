"""Which patterns of private modules can ever match?"""

import re

_LETTER = r"(?:\\.|[^\\\]-])"
_ATOM = re.compile(rf"\\.|[^\\\[]|\[\^?+(?:{_LETTER}(?:-{_LETTER})?)+\]", re.DOTALL)
"""One step of a glob: a letter, or a class that is finished and not empty (path/match.go)."""


def check_pattern(text: str) -> str:
    """Pass one glob as GOPRIVATE takes them (path.Match); the go command skips bad ones silently."""
    if text == "" or text != text.strip():
        raise ValueError("{} is empty or has blanks around it")
    if "," in text:
        raise ValueError("{} has a comma; give each pattern an item of its own")
    if text.rstrip("/") == "" or text.startswith("/"):
        raise ValueError("{} starts with a slash, and no module path does")
    position = 0
    while position < len(text):
        match = _ATOM.match(text, position)
        if match is None:
            raise ValueError("{} is not a pattern: an unfinished [ ] or \\")
        position = match.end()
    return text


def check_patterns(text: str) -> str:
    """Pass a comma list of globs, as GONOPROXY and GONOSUMDB take it, or ``none``."""
    for item in text.split(","):
        check_pattern(item.strip())
    return text

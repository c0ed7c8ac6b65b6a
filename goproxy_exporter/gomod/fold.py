"""Which texts does Go hold equal when it ignores case?

Source: Unicode's simple case folding as strings.EqualFold and x/mod's collision check use it.
Letters newer than this Python's Unicode tables fold to themselves.
"""

from functools import lru_cache

_LATE = {0x1FD3: "\u0390", 0x1FE3: "\u03b0", 0xFB05: "\ufb06"}
"""Pairs that Unicode joined after the tables of Python 3.11."""


def fold(text: str) -> str:
    """Give a form that is equal for two texts if and only if strings.EqualFold says so."""
    return text.lower() if text.isascii() else "".join(map(_fold_char, text))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    """Fold one character to one: Python folds some to several, which Go's simple rule never does."""
    for folded in (char.casefold(), char.lower()):
        if len(folded) == 1:
            return _LATE.get(ord(folded), folded)
    return char

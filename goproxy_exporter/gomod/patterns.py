"""Does a list of globs, such as GOPRIVATE, match a module path?

Source: module.MatchPrefixPatterns of golang.org/x/mod, and path.Match.
"""

from collections.abc import Callable, Iterator

_Test = Callable[[str], bool]
_Token = _Test | None
"""None stands for ``*``."""


class _BadPatternError(ValueError):
    pass


def match_prefix_patterns(globs: str, target: str) -> bool:
    """Tell whether some glob of a comma-separated list matches the beginning of a module path.

    A glob with N slashes is held against the first N+1 elements. Empty and malformed globs match
    nothing.
    """
    return any(_matches_prefix(glob.removesuffix("/"), target) for glob in globs.split(","))


def _matches_prefix(glob: str, target: str) -> bool:
    elements = target.split("/")
    wanted = glob.count("/") + 1
    if not glob or len(elements) < wanted:
        return False
    try:
        tokens = list(_tokens(glob))
    except _BadPatternError:
        return False
    return _match(tokens, "/".join(elements[:wanted]))


def _match(tokens: list[_Token], text: str) -> bool:
    """Follow every way through the pattern at once: no pattern can make this slow."""
    places = _past_stars(tokens, {0})
    for char in text:
        moved = set()
        for place in places:
            token = tokens[place] if place < len(tokens) else _nothing
            if token is None and char != "/":
                moved.add(place)
            elif token is not None and token(char):
                moved.add(place + 1)
        places = _past_stars(tokens, moved)
    return len(tokens) in places


def _past_stars(tokens: list[_Token], places: set[int]) -> set[int]:
    """Add the places that are reached by letting stars match nothing."""
    reached = set(places)
    for place in places:
        following = place
        while following < len(tokens) and tokens[following] is None:
            following += 1
            reached.add(following)
    return reached


def _nothing(_: str) -> bool:
    return False


def _tokens(glob: str) -> Iterator[_Token]:
    place = 0
    while place < len(glob):
        char = glob[place]
        place += 1
        if char == "*":
            yield None
        elif char == "?":
            yield "/".__ne__
        elif char == "[":
            test, place = _char_class(glob, place)
            yield test
        else:
            if char == "\\":
                char, place = _escaped(glob, place)
            yield char.__eq__


def _escaped(glob: str, place: int) -> tuple[str, int]:
    if place >= len(glob):
        raise _BadPatternError
    return glob[place], place + 1


def _char_class(glob: str, place: int) -> tuple[_Test, int]:
    """Read a character class from behind its bracket; unlike ``*`` it can match a slash."""
    negated = glob.startswith("^", place)
    place += negated
    ranges: list[tuple[str, str]] = []
    while not (ranges and glob.startswith("]", place)):
        low, place = _bound(glob, place)
        high = low
        if glob.startswith("-", place):
            high, place = _bound(glob, place + 1)
        ranges.append((low, high))

    def test(char: str) -> bool:
        return any(low <= char <= high for low, high in ranges) != negated

    return test, place + 1


def _bound(glob: str, place: int) -> tuple[str, int]:
    char, place = _escaped(glob, place)
    if char in "-]":
        raise _BadPatternError
    return _escaped(glob, place) if char == "\\" else (char, place)

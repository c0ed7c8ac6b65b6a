"""Can these names live side by side in one module?

Source: golang.org/x/mod/zip (collisionChecker).
"""

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.caps import MAX_PATHS, UnjudgedError
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.path import check_file_path

_ROOT = 0


class FileTree:
    """Names seen so far, as a tree: its size grows with the names, not with their depth."""

    def __init__(self) -> None:
        self._places: dict[tuple[int, str], tuple[int, str, bool]] = {}
        """By parent and folded name: own number, name as it was, and whether it is a directory."""

    def add(self, name: str, *, is_directory: bool) -> None:
        """Add a clean, relative name without a trailing slash.

        Raises ProtocolError for an illegal name, and for one that collides with an earlier one:
        equal but for case, both file and directory, or a file named twice.
        """
        check_file_path(name)
        *parents, last = name.split("/")
        place = _ROOT
        for parent in parents:
            place, _ = self._enter(name, place, parent, is_directory=True)
        _, new = self._enter(name, place, last, is_directory=is_directory)
        if not new and not is_directory:
            raise ProtocolError(f"entry {name!r}: it is there twice")

    def _enter(
        self, name: str, parent: int, element: str, *, is_directory: bool
    ) -> tuple[int, bool]:
        """Find or make one element below its parent; tell its number, and whether it is new."""
        key = (parent, fold(element))
        if key not in self._places:
            if len(self._places) >= MAX_PATHS:
                raise UnjudgedError(f"its names imply more than {MAX_PATHS} files and directories")
            self._places[key] = (len(self._places) + 1, element, is_directory)
            return len(self._places), True
        place, other, was_directory = self._places[key]
        if other != element:
            raise ProtocolError(f"entry {name!r}: {element!r} and {other!r} differ in case only")
        if was_directory != is_directory:
            raise ProtocolError(f"entry {name!r}: {element!r} is both a file and a directory")
        return place, False

"""Which versions can the go command keep in its module cache?

Source: cmd/go/internal/modfetch (cachePath, lockVersion): files are named after the version.
"""

from goproxy_exporter.errors import ProtocolError

LONGEST_VERSION = 255 - len(".lock")
"""Characters: no file system that Go runs on takes names of more than 255."""


def check_length(version: str) -> None:
    """Refuse a version for which `go` can make no lock file, so that it never gets the archive.

    Names of temporary files are longer by random digits: what is a little shorter may fail too.
    Raises ProtocolError.
    """
    if len(version) > LONGEST_VERSION:
        raise ProtocolError(
            f"it has {len(version)} characters, and the go command's cache takes {LONGEST_VERSION}"
        )

"""How large may a module archive be, for `go` and for us?

Source of Go's limits: golang.org/x/mod/zip. Ours bound the memory that hostile bytes can cost.
"""

from goproxy_exporter.errors import ProtocolError

MAX_ARCHIVE = 500 << 20
"""Bytes of an archive, and of everything in it: Go's limit."""
MAX_ROOT_FILE = 16 << 20
"""Bytes of the go.mod and of the LICENSE in the root: Go's limit."""

MAX_ENTRIES = 100_000
"""Entries that we follow; the largest public modules have about a third of that."""
MAX_PATHS = 250_000
"""Files and directories that the names of an archive may imply, as far as we follow."""
MAX_DIRECTORY = 32 << 20
"""Bytes of the central directory that we follow."""
MAX_NAME = 4096
"""Bytes of one name that we follow; no file system that `go` extracts to takes longer ones."""


class UnjudgedError(ProtocolError):
    """An archive past our own limits, or with overlapping entries: `go` might take it."""

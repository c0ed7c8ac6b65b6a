"""What does the checksum database answer to a lookup, and which hashes does `go` take from it?

Source: golang.org/x/mod/sumdb (Lookup), tlog (ParseRecord), cmd/go/internal/modfetch
(checkSumDB) of go 1.27.3.
"""

from dataclasses import dataclass

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.int64 import parse_int64
from goproxy_exporter.gomod.path import escape_path, escape_version
from goproxy_exporter.gomod.plain_text import is_plain_text

_GO_MOD = "/go.mod"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """The ``h1:`` hashes that a version has to have; None where `go` finds none, and gives up."""

    zip: str | None
    mod: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Lookup:
    """An answer of the database. Nothing of it is proven before its record and note are."""

    record: int
    """The number of the record; Go reads negative ones, which no tree has."""
    text: bytes
    """The record, with its last line feed: lines of go.sum."""
    note: bytes
    """The signed tree head, not opened yet."""

    def lines(self, module: str, version: str) -> tuple[str, ...]:
        """Give the lines for a version, or for its go.mod where ``/go.mod`` is behind it."""
        prefix = f"{module} {version} "
        lines = self.text.decode().split("\n")
        return tuple(line for line in lines if line.startswith(prefix))

    def sums(self, module: str, version: str) -> Sums:
        """Give the hashes of a version: the first one of several decides, as for `go`."""
        return Sums(zip=self._sum(module, version), mod=self._sum(module, version + _GO_MOD))

    def _sum(self, module: str, version: str) -> str | None:
        prefix = f"{module} {version} "
        sums = (line.removeprefix(prefix) for line in self.lines(module, version))
        return next((text for text in sums if text.startswith("h1:")), None)


def lookup_path(module: str, version: str) -> str:
    """Give the path below the database's URL: ``lookup/github.com/!burnt!sushi/toml@v1.3.2``.

    Raises ProtocolError for what cannot be asked for.
    """
    return f"lookup/{escape_path(module)}@{escape_version(version.removesuffix(_GO_MOD))}"


def parse_lookup(body: bytes) -> Lookup:
    """Read the answer to a lookup; raises ProtocolError."""
    number, first, rest = body.partition(b"\n")
    text, blank, note = rest.partition(b"\n\n")
    if not first or not blank:
        raise ProtocolError("malformed record: no number, or no blank line behind the record")
    if not is_plain_text(text):
        raise ProtocolError("malformed record: not UTF-8, or control characters")
    return Lookup(record=parse_int64(number), text=text + b"\n", note=note)

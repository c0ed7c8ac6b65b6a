"""What does a vulnerability database say, as govulncheck reads it?

Source: golang.org/x/vuln v1.9.0 (internal/client, internal/osv), https://go.dev/doc/security/vuln.
Of an entry all types are checked, as its reader does; we keep what tells it from an older one.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.go_json import decode, elements
from goproxy_exporter.gomod.go_struct import Kind, OneOf, Pointer, Shape, Slice, read_struct

DB_PATH = "index/db.json.gz"
MODULES_PATH = "index/modules.json.gz"
MOST_BYTES = 8 << 20
"""Bytes of an unpacked file that we read: several times those of the public index."""

_MOST = 100_000
"""Modules, and vulnerabilities of all modules, that we read."""
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")

_TEXTS = Slice(Kind.TEXT)
_DB: dict[str, Shape] = {"modified": Kind.TIME}
_VULN: dict[str, Shape] = {"id": Kind.TEXT, "modified": Kind.TIME, "fixed": Kind.TEXT}
_MODULE: dict[str, Shape] = {"path": Kind.TEXT, "vulns": Slice(_VULN)}
_RANGE: dict[str, Shape] = {
    "type": Kind.TEXT,
    "events": Slice({"introduced": Kind.TEXT, "fixed": Kind.TEXT}),
}
_IMPORT: dict[str, Shape] = {
    "path": Kind.TEXT,
    "goos": _TEXTS,
    "goarch": _TEXTS,
    "symbols": _TEXTS,
}
_AFFECTED: dict[str, Shape] = {
    "package": {"name": Kind.TEXT, "ecosystem": Kind.TEXT},
    "ranges": Slice(_RANGE),
    "ecosystem_specific": {"imports": Slice(_IMPORT)},
}
_ENTRY: dict[str, Shape] = {
    **dict.fromkeys(("schema_version", "id", "summary", "details"), Kind.TEXT),
    "modified": Kind.TIME,
    "published": Kind.TIME,
    "withdrawn": Pointer(Kind.TIME),
    "aliases": _TEXTS,
    "affected": Slice(_AFFECTED),
    "references": Slice({"type": Kind.TEXT, "url": Kind.TEXT}),
    "credits": Slice({"name": Kind.TEXT}),
    "database_specific": Pointer(
        {"url": Kind.TEXT, "review_status": OneOf(frozenset({"", "UNREVIEWED", "REVIEWED"}))}
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseInfo:
    """What a database says of itself."""

    modified: datetime
    """The latest time at which one of its entries changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModulesIndex:
    """Which modules have which vulnerabilities."""

    modified: Mapping[str, datetime | None]
    """By id, when its entry last changed; None where that is not said."""
    modules: Mapping[str, tuple[str, ...]]
    """Ids by module path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A vulnerability, as far as it can be compared with what another database has."""

    id: str
    """Empty where it has none, which nobody refuses."""
    modified: datetime | None
    withdrawn: bool


def entry_path(vulnerability: str) -> str:
    """Give the path of an entry below the database's URL: ``ID/GO-2021-0068.json.gz``.

    Raises ProtocolError for an id that would lead elsewhere.
    """
    if not _ID.fullmatch(vulnerability):
        raise ProtocolError(f"{vulnerability[:100]!r} is not an id that can be asked for")
    return f"ID/{vulnerability}.json.gz"


def parse_db(body: bytes) -> DatabaseInfo:
    """Read ``index/db.json``. Raises ProtocolError, also where the time is missing.

    (govulncheck would tell of a database from the year 1 then.)
    """
    modified = read_struct(decode(body), _DB, "the database").get("modified")
    if modified is None:
        raise ProtocolError("the database does not say when it was modified")
    return DatabaseInfo(modified=modified)


def parse_modules(body: bytes) -> ModulesIndex:
    """Read ``index/modules.json``; of equal module paths the last counts. Raises ProtocolError."""
    modules: dict[str, tuple[str, ...]] = {}
    modified: dict[str, datetime | None] = {}
    vulns = 0
    for count, element in enumerate(elements(body), 1):
        fields = read_struct(element, _MODULE, "a module")
        found = {vuln.get("id", ""): vuln.get("modified") for vuln in fields.get("vulns", ())}
        vulns += len(found)
        if max(count, vulns) > _MOST:
            raise ProtocolError(f"an index of more than {_MOST} modules or vulnerabilities")
        modules[fields.get("path", "")] = tuple(found)
        modified |= found
    return ModulesIndex(modified=modified, modules=modules)


def parse_entry(body: bytes) -> Entry:
    """Read ``ID/<id>.json``; raises ProtocolError for what govulncheck cannot read."""
    fields = read_struct(decode(body), _ENTRY, "the entry")
    return Entry(
        id=fields.get("id", ""),
        modified=fields.get("modified"),
        withdrawn="withdrawn" in fields,
    )

"""Under which URL does `go` ask a proxy, or a checksum database, for something?

Source: cmd/go/internal/modfetch/proxy.go, sumdb.go and, for the bytes on the wire, requests of go 1.27.3:
``!`` of an escaped capital letter is sent as ``%21``, while ``+``, ``@``, ``=`` and ``~`` stay.
"""

import re
from enum import StrEnum
from urllib.parse import quote

from goproxy_exporter.gomod.path import escape_path, escape_version


class Spelling(StrEnum):
    """What stays in the part that we append, beside letters, digits, ``-``, ``.`` and ``_``.

    All mean the same to a server that decodes a path before it reads it, as net/http does.
    """

    GO = "$&+:=@~/"
    """What `go` sends."""
    LITERAL_BANG = "!$&+:=@~/"
    """``!`` of an escaped capital letter as it is."""
    ENCODED_PLUS = "$&:=@~/"
    """``+`` as ``%2B``."""


_KEPT = "!$%&'()*+,;=:@~[]/"
"""What stays in the path of a configured URL: its own escapes are never rewritten."""
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*://[^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?", re.DOTALL)


def list_url(base: str, module: str, *, spelling: Spelling = Spelling.GO) -> str:
    """Give the URL of the version list of a module."""
    return _join(base, f"{escape_path(module)}/@v/list", spelling)


def latest_url(base: str, module: str) -> str:
    """Give the URL that `go` asks when the list holds no version."""
    return _join(base, f"{escape_path(module)}/@latest", Spelling.GO)


def info_url(base: str, module: str, version: str, *, spelling: Spelling = Spelling.GO) -> str:
    """Give the URL of the metadata of a version, or of what a query resolves to."""
    return _join(base, _file(module, version, "info"), spelling)


def mod_url(base: str, module: str, version: str, *, spelling: Spelling = Spelling.GO) -> str:
    """Give the URL of the go.mod file of a version."""
    return _join(base, _file(module, version, "mod"), spelling)


def zip_url(base: str, module: str, version: str, *, spelling: Spelling = Spelling.GO) -> str:
    """Give the URL of the archive of a version."""
    return _join(base, _file(module, version, "zip"), spelling)


def database_url(base: str, path: str) -> str:
    """Give the URL of what a checksum database has under a path: ``latest``, say."""
    return _join(base, path, Spelling.GO)


def relay_url(base: str, name: str, path: str) -> str:
    """Give the URL under which a proxy relays what the database of that name has."""
    return _join(base, f"sumdb/{name}/{path}", Spelling.GO)


def _file(module: str, version: str, suffix: str) -> str:
    return f"{escape_path(module)}/@v/{escape_version(version)}.{suffix}"


def _join(base: str, path: str, spelling: Spelling) -> str:
    """Append a path to a proxy URL: one trailing slash is trimmed, a query stays at the end."""
    found = _URL.fullmatch(base)
    if not found:
        return f"{base.removesuffix('/')}/{quote(path, safe=spelling)}"
    root, prefix, query = found[1], found[2], found[3] or ""
    return f"{root}{_clean(prefix)}/{quote(path, safe=spelling)}{query}"


def _clean(prefix: str) -> str:
    """Drop empty, ``.`` and ``..`` elements, as path.Join does before the request is sent."""
    kept: list[str] = []
    for element in prefix.split("/"):
        if element == "..":
            del kept[-1:]
        elif element not in {"", "."}:
            kept.append(quote(element, safe=_KEPT))
    return "".join(f"/{element}" for element in kept)

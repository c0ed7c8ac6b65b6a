"""Two vulnerability databases: an original, and a mirror of it."""

import gzip
import json
from collections.abc import Iterable, Mapping
from email.utils import formatdate
from itertools import groupby

from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import Reply, text
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.vulnerability import Vulnerability, stamp

ORIGINAL, COPY = "vuln", "vuln-mirror"
_TYPES = {".json": "application/json", ".json.gz": "application/gzip"}


class Vulnerabilities:
    """``vuln.sim.test`` and ``vuln-mirror.sim.test``: files as https://vuln.go.dev has them."""

    hosts = (ORIGINAL, COPY)

    def __init__(self) -> None:
        self._urls: Mapping[str, str] = {}

    def opened(self, urls: Mapping[str, str]) -> None:
        """Remember the URLs."""
        self._urls = urls

    def answer(self, host: str, request: Request, known: Known) -> Reply:  # noqa: ARG002 - all alike
        """Answer with a file, plain or as a gzip file."""
        if request.method not in ("GET", "HEAD"):
            return text(405, "method not allowed")
        name, dot, ending = request.path.partition(".")
        ending = dot + ending
        document = _document(name, known.vulnerabilities)
        if document is None or ending not in _TYPES:
            return text(404, "not found")
        body = json.dumps(document, separators=(",", ":")).encode()
        if ending == ".json.gz":
            body = gzip.compress(body, mtime=0)
        newest = max(one.revisions[-1] for one in known.vulnerabilities)
        return Reply(body=body).having(
            content_type=_TYPES[ending], last_modified=formatdate(newest, usegmt=True)
        )

    def relay(self, mirror: str, request: Request, known: Known) -> Reply | None:  # noqa: ARG002
        """Leave everything to the mirror."""
        return None

    def settings(self) -> Mapping[str, object]:
        """Give both, called as their hosts are."""
        original = {"name": ORIGINAL, "url": self._urls[ORIGINAL]}
        copy = {"name": COPY, "url": self._urls[COPY], "reference": ORIGINAL}
        return {"vulnerability_databases": [original, copy]}


def _document(name: str, entries: Iterable[Vulnerability]) -> object:
    entries = sorted(entries, key=lambda one: one.id)
    match name:
        case "/index/db":
            return {"modified": stamp(max(one.revisions[-1] for one in entries))}
        case "/index/modules":
            return _by_module(entries)
        case "/index/vulns":
            return [
                {"id": one.id, "modified": one.modified, "aliases": one.aliases} for one in entries
            ]
        case _:
            named = (one.document() for one in entries if name == f"/ID/{one.id}")
            return next(named, None)


def _by_module(entries: Iterable[Vulnerability]) -> list[dict[str, object]]:
    ordered = sorted(entries, key=lambda one: one.module)
    return [
        {"path": module, "vulns": [_brief(one) for one in each]}
        for module, each in groupby(ordered, key=lambda one: one.module)
    ]


def _brief(entry: Vulnerability) -> dict[str, str]:
    fixed = {"fixed": entry.fixed} if entry.fixed else {}
    return {"id": entry.id, "modified": entry.modified, **fixed}

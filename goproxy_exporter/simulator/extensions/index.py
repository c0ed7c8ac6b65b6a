"""A module index: which versions were published, and when, oldest first."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.rfc3339 import parse_time
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.reply import PLAIN_TEXT, Reply, text
from goproxy_exporter.simulator.request import Request

HOST = "index"
_MOST = 2000


class Index:
    """``index.sim.test/index``, with ``since``, ``limit`` and ``include=all``.

    All are also those that only the checksum database remembers.
    """

    hosts = (HOST,)

    def __init__(self) -> None:
        self._url = ""

    def opened(self, urls: Mapping[str, str]) -> None:
        """Remember the URL."""
        self._url = urls[HOST]

    def answer(self, host: str, request: Request, known: Known) -> Reply:  # noqa: ARG002 - one host
        """Answer lines of JSON, at most 2000."""
        if request.path != "/index":
            return text(404, "404 page not found")
        if request.method not in ("GET", "HEAD"):
            return text(405, "method not allowed")
        asked = dict(parse_qsl(request.query))
        try:
            since, limit = _since(asked.get("since", "")), _limit(asked.get("limit", ""))
        except ValueError as error:
            return text(400, f"bad request: {error}")
        rows = _all(known) if asked.get("include") == "all" else _served(known)
        # Equal times keep their order of publication.
        wanted = sorted((row for row in rows if row[0] >= since), key=lambda row: row[0])
        body = "".join(map(_line, wanted[:limit]))
        return Reply(body=body.encode()).having(content_type=PLAIN_TEXT)

    def relay(self, mirror: str, request: Request, known: Known) -> Reply | None:  # noqa: ARG002
        """Leave everything to the mirror."""
        return None

    def settings(self) -> Mapping[str, object]:
        """Give the URL."""
        return {"module_index": f"{self._url}/index"}


_Row = tuple[datetime, str, str]
"""When, to the microsecond; module and version."""


def _served(known: Known) -> Iterator[_Row]:
    for one in known.publications:
        yield datetime.fromtimestamp(one.at, UTC), one.release.module, one.release.version


def _all(known: Known) -> Iterator[_Row]:
    for record in known.log.records:
        yield datetime.fromtimestamp(record.at, UTC), record.module, record.version


def _since(asked: str) -> datetime:
    since = parse_time(asked) if asked else None
    return since or datetime.min.replace(tzinfo=UTC)


def _limit(asked: str) -> int:
    limit = int(asked) if asked else _MOST
    if limit < 1:
        raise ProtocolError(f"limit {limit} is not positive")
    return min(limit, _MOST)


def _line(row: _Row) -> str:
    stamp, module, version = row
    document = {"Path": module, "Version": version, "Timestamp": f"{stamp:%Y-%m-%dT%H:%M:%S.%fZ}"}
    return json.dumps(document, separators=(",", ":")) + "\n"

"""What the hosts of a world were asked, without what should stay secret."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from goproxy_exporter.simulator.http1 import Asked

_SECRET = frozenset({"authorization", "cookie", "proxy-authorization"})
_LONGEST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One request and the status that was meant for it.

    `path` is as it came on the wire, query values hidden; `headers` have lower-case names and no
    credentials, only their scheme. `at` is Unix seconds, `address` where it was asked.
    """

    mirror: str
    method: str
    path: str
    headers: Mapping[str, str]
    protocol: str
    host: str
    address: str
    at: float
    status: int


@dataclass(slots=True)
class Journal:
    """The last ten thousand requests, oldest first."""

    entries: list[Entry] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Write one down."""
        self.entries.append(entry)
        if len(self.entries) > _LONGEST:
            del self.entries[: _LONGEST // 2]


def hidden_path(target: str) -> str:
    """Hide the values of a query."""
    path, mark, query = target.partition("?")
    names = [name for name, _ in parse_qsl(query, keep_blank_values=True)]
    return path + mark + "&".join(f"{name}=*" for name in names)


def hidden_headers(asked: Asked) -> dict[str, str]:
    """Hide credentials; of those with a scheme that is left."""
    return {name: _hidden(name, value) for name, value in asked.headers.items()}


def _hidden(name: str, value: str) -> str:
    if name not in _SECRET:
        return value
    scheme, space, _ = value.partition(" ")
    return f"{scheme} *" if space and name != "cookie" else "*"

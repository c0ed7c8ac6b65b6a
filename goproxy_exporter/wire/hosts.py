"""What does this machine's own configuration say about a host name?"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

_MOST_DOTS = 15
_MOST_SUFFIXES = 6
_MOST_NAMESERVERS = 3


NOBODY_NAMED = ("127.0.0.1", "::1")
"""Who is asked where resolv.conf names no nameserver, as in Go."""


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """What resolv.conf (5) says: whom to ask, and how short names are completed."""

    nameservers: tuple[str, ...] = NOBODY_NAMED
    suffixes: tuple[str, ...] = ()
    ndots: int = 1

    def names(self, host: str) -> tuple[str, ...]:
        """Give the names to ask for, in the order of Go's net package (dnsclient_unix.go, nameList)."""
        if host.endswith("."):
            return (host,)
        completed = tuple(f"{host}.{suffix}" for suffix in self.suffixes)
        if host.count(".") >= self.ndots:
            return (host, *completed)
        return (*completed, host)


def parse_hosts(text: str) -> dict[str, tuple[str, ...]]:
    """Map lower-case names without a trailing dot to their addresses, in the file's order."""
    table: dict[str, list[str]] = {}
    for line in text.splitlines():
        address, *names = line.partition("#")[0].split() or [""]
        if not is_literal(address):
            continue
        for name in names:
            known = table.setdefault(key(name), [])
            if address not in known:
                known.append(address)
    return {name: tuple(addresses) for name, addresses in table.items()}


def parse_resolv_conf(text: str) -> ResolvConf:
    """Read what counts; the last `search` or `domain` line wins, as in resolv.conf (5)."""
    nameservers: list[str] = []
    suffixes: tuple[str, ...] = ()
    ndots = 1
    for line in text.splitlines():
        match line.partition("#")[0].partition(";")[0].split():
            case ["nameserver", address, *_]:
                nameservers.append(address)
            case ["search", *words]:
                suffixes = _suffixes(words)
            case ["domain", word, *_]:
                suffixes = _suffixes([word])
            case ["options", *words]:
                ndots = next(map(_ndots, filter(_is_ndots, words)), ndots)
            case _:
                pass
    return ResolvConf(tuple(nameservers[:_MOST_NAMESERVERS]) or NOBODY_NAMED, suffixes, ndots)


def is_literal(text: str) -> bool:
    """Say whether a text is an IP address, with or without a zone."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def key(name: str) -> str:
    """Give the form under which names are compared."""
    return name.removesuffix(".").lower()


class SystemFile(Generic[T]):
    """A parsed file that is read again once it has changed; a missing file is an empty one."""

    def __init__(self, path: str, parse: Callable[[str], T]) -> None:
        self._path = Path(path)
        self._parse = parse
        self._mark: tuple[int, int, int] | None = None
        self._value = parse("")

    @property
    def value(self) -> T:
        """Give what the file says now."""
        mark = self._look()
        if mark != self._mark:
            self._value = self._parse(self._read() if mark else "")
            self._mark = mark
        return self._value

    def _look(self) -> tuple[int, int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size, found.st_ino

    def _read(self) -> str:
        try:
            return self._path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""


def _suffixes(words: list[str]) -> tuple[str, ...]:
    return tuple(word.strip(".") for word in words if word.strip("."))[:_MOST_SUFFIXES]


def _is_ndots(option: str) -> bool:
    return option.startswith("ndots:") and option[6:].isdecimal()


def _ndots(option: str) -> int:
    return min(int(option[6:]), _MOST_DOTS)

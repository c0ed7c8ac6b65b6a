"""Which entries does a GOPROXY value hold?

Source: cmd/go/internal/modfetch/proxy.go (proxyList).
"""

import re
from dataclasses import dataclass, field

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.proxy_url import check_proxy_url
from goproxy_exporter.gomod.space import SPACE

DEFAULT = "https://proxy.golang.org,direct"
"""What an unset or empty GOPROXY means ($GOROOT/go.env)."""

_ITEM = re.compile(r"([^,|]*)([,|]?)")
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")


@dataclass(frozen=True, slots=True)
class Entry:
    """One item of a GOPROXY list. Its text form leaves credentials out."""

    url: str = field(repr=False)
    """A URL as `go` completes it (``https://`` put in front of a bare host), direct, or off."""
    separator: str
    """What follows it: ``,`` or ``|``, empty at the end of the list."""

    def __str__(self) -> str:
        """Give the URL without userinfo."""
        return _USERINFO.sub("", self.url)

    @property
    def falls_back_on_error(self) -> bool:
        """Whether the next entry is asked after any failure, not only after 404 and 410."""
        return self.separator == "|"


def parse(value: str) -> tuple[Entry, ...]:
    """Read a GOPROXY value; an empty one means the toolchain's default.

    ``direct`` and ``off`` end the list. Raises ProtocolError, without quoting the value: it may
    hold credentials.
    """
    entries: list[Entry] = []
    for item, separator in _ITEM.findall(value or DEFAULT):
        url = item.strip(SPACE)
        if url in {"direct", "off"}:
            return (*entries, Entry(url, ""))
        if url:
            entries.append(Entry(_complete(url, len(entries) + 1), separator))
    if not entries:
        raise ProtocolError("GOPROXY is not empty, but contains no entries")
    return tuple(entries)


def _complete(item: str, number: int) -> str:
    """Put https:// in front of a bare host, and refuse what is no proxy URL."""
    bare = re.search(r"[.:/]", item) and ":/" not in item and not item.startswith("/")
    url = f"https://{item}" if bare else item
    try:
        check_proxy_url(url)
    except ProtocolError as error:
        raise ProtocolError(f"GOPROXY entry {number}: {error}") from None
    return url

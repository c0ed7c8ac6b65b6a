"""Which GOPROXY lists can be judged?"""

from goproxy_exporter.config.urls import parse_url
from goproxy_exporter.gomod.goproxy import parse

_WEB = ("https://", "http://")


def check_goproxy(text: str) -> str:
    """Pass a GOPROXY value whose URLs can be asked and hold no credentials, as it came."""
    for url in web_urls(text):
        if parse_url(url).username is not None:
            raise ValueError("credentials belong to the mirror's `auth`, not into a chain")
    return text


def web_urls(text: str) -> tuple[str, ...]:
    """Give the http and https URLs of a GOPROXY value. Raises ProtocolError for a bad value."""
    return tuple(entry.url for entry in parse(text) if entry.url.startswith(_WEB))


def without_credentials(text: str) -> str:
    """Give a GOPROXY value without the userinfo of its URLs. Raises ValueError for a bad value."""
    return "".join(
        (str(parse_url(entry.url)) if entry.url.startswith(_WEB) else entry.url) + entry.separator
        for entry in parse(text)
    )

"""Which URLs can be asked, and what do they consist of?"""

import re
from dataclasses import dataclass
from urllib.parse import unquote

from goproxy_exporter.config.hosts import ascii_host, parse_port

DEFAULT_PORTS = {"http": 80, "https": 443}

_LONGEST = 2048
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\x9f\s\"<>\\^`{|}]")
_URL = re.compile(r"(https?)://([^/]*)(.*)", re.IGNORECASE | re.DOTALL)
_BAD_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Url:
    """An absolute http or https URL in its parts; `username` and `password` are decoded."""

    scheme: str
    host: str
    """In ASCII (an international name in its ``xn--`` form); IPv6 without brackets."""
    port: int | None
    path: str
    username: str | None
    password: str | None

    @property
    def origin(self) -> str:
        """Give host and, where one is written, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port is None else f"{host}:{self.port}"

    @property
    def name(self) -> str:
        """Give host and path without a trailing slash: what an unnamed mirror is called."""
        return f"{self.origin}{self.path.rstrip('/')}"

    def __str__(self) -> str:
        """Give the URL without userinfo."""
        return f"{self.scheme}://{self.origin}{self.path}"

    def __repr__(self) -> str:
        """Hide the userinfo."""
        return f"Url({str(self)!r})"


def parse_url(text: str) -> Url:
    """Take an absolute http or https URL apart.

    Raises ValueError with the reason; ``{}`` in it stands for the value. The reason itself never
    holds a part of the URL that could be a password.
    """
    if len(text) > _LONGEST:
        raise ValueError(f"is longer than {_LONGEST} characters")
    if "?" in text or "#" in text:
        raise ValueError("a query (?) or fragment (#) cannot be part of this URL")
    if _FORBIDDEN.search(text):
        raise ValueError("{} has a character that a URL cannot have; percent-encode it")
    match = _URL.fullmatch(text)
    if match is None:
        raise ValueError("{} must start with https:// or http://")
    scheme, authority, path = match.groups()
    _check_path(path)
    username, password, host, port = _authority(authority)
    return Url(
        scheme=scheme.lower(),
        host=host,
        port=port,
        path=path,
        username=username,
        password=password,
    )


def check_url(text: str) -> str:
    """Pass a URL that `parse_url` accepts."""
    parse_url(text)
    return text


def check_plain_url(text: str) -> str:
    """Pass a URL without userinfo, in the form that goes over the wire."""
    url = parse_url(text)
    if url.username is not None:
        raise ValueError("credentials cannot be given in this URL")
    return str(url)


def check_forward_proxy(text: str) -> str:
    """Pass ``http://[user:password@]host[:port]``, or ``off``."""
    if text == "off":
        return text
    url = parse_url(text)
    if url.scheme != "http":
        raise ValueError("{} must start with http://; CONNECT then carries TLS through it")
    if url.path not in {"", "/"}:
        raise ValueError("{} must end after host and port")
    return text


def _check_path(path: str) -> None:
    if not path.isascii():
        raise ValueError("{} has a path that is not ASCII; percent-encode it")
    if _BAD_ESCAPE.search(path):
        raise ValueError("{} has a % that is not followed by two hex digits")
    if {".", ".."} & set(path.split("/")):
        raise ValueError("{} has . or .. in its path")


def _authority(netloc: str) -> tuple[str | None, str | None, str, int | None]:
    """Split ``[user[:password]@]host[:port]``."""
    userinfo, at, origin = netloc.rpartition("@")
    username, colon, password = userinfo.partition(":")
    if _BAD_ESCAPE.search(userinfo) or "@" in userinfo:
        raise ValueError("the credentials in it have a % or @ that is not percent-encoded")
    host, port = _host_and_port(origin)
    if not at:
        return None, None, host, port
    return unquote(username), unquote(password) if colon else None, host, port


def _host_and_port(origin: str) -> tuple[str, int | None]:
    match = re.fullmatch(r"(\[[^\]]*\]|[^:\[\]]*)(?::([^:]*))?", origin)
    if match is None:
        raise ValueError("host and port cannot be told apart; an IPv6 address needs [ ]")
    host, port = match.groups()
    if not host:
        raise ValueError("{} has no host")
    return ascii_host(host), None if port is None else parse_port(port)

"""Where does a notification go, in which dialect, and on which occasion?

Written ``KIND+URL#on=OCCASION&secret=…&token=…``: what stands behind the # is for us, and is
never sent.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum

from goproxy_exporter.notify.signature import webhook_key
from goproxy_exporter.wire.target import BadUrlError, parse_target

Expand = Callable[[str], str]
"""Puts the values of variables into a text. Raises ValueError with what is wrong."""


class Kind(StrEnum):
    """The dialects that are spoken."""

    SLACK = "slack"
    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"
    JSON = "json"


class Occasion(StrEnum):
    """When somebody is told."""

    FAILURE = "failure"
    SUCCESS = "success"
    CHANGE = "change"
    ALWAYS = "always"


SIGNED = frozenset({Kind.DINGTALK, Kind.FEISHU, Kind.JSON})
"""The kinds that know a signature, and so a secret besides their URL."""
_LONGEST = 2048


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """One receiver. Its URL is a secret as a whole: for most robots, whoever has it may post."""

    kind: Kind
    url: str = field(repr=False)
    on: Occasion
    secret: str = field(default="", repr=False)
    """What bodies, or the time of sending, are signed with."""
    token: str = field(default="", repr=False)
    """Bearer token of an endpoint that takes JSON."""
    id: str
    """A digest of what was written, before any secret was put in."""

    @property
    def shown(self) -> str:
        """Name the receiver without what gives it away: kind and host."""
        return f"{self.kind} ({parse_target(self.url).host})"

    @staticmethod
    def parse(written: str, expand: Expand) -> "Destination | None":
        """Read a destination; None where its variable is set and empty, which switches it off.

        Raises ValueError with the reason, which never has a part of the URL in it.
        """
        kind, plus, rest = written.partition("+")
        if not plus or kind not in tuple(Kind):
            raise ValueError(f"must start with one of {', '.join(f'{one}+' for one in Kind)}")
        address, _, options = rest.partition("#")
        url = expand(address).strip()
        if not url and address:
            return None
        _check(url)
        digest = hashlib.sha256(written.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        plain = Destination(kind=Kind(kind), url=url, on=_usual(Kind(kind)), id=digest)
        return _with_options(plain, options, expand)


def _usual(kind: Kind) -> Occasion:
    return Occasion.SUCCESS if kind is Kind.JSON else Occasion.FAILURE


def _check(url: str) -> None:
    if len(url) > _LONGEST:
        raise ValueError(f"is longer than {_LONGEST} characters")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError("has a character that a URL cannot have; percent-encode it")
    if "#" in url:
        raise ValueError("has a # in its URL: only options may stand behind one")
    try:
        parse_target(url).host.encode("idna")
    except BadUrlError as error:
        raise ValueError(f"needs https://HOST or http://HOST behind the +: {error}") from None
    except UnicodeError:
        raise ValueError("has a host that can be no name") from None


def _with_options(plain: Destination, options: str, expand: Expand) -> Destination:
    """Read ``name=value&…``. Raises ValueError for what is not known or does not fit the kind."""
    found = plain
    for option in filter(None, options.split("&")):
        name, equals, value = option.partition("=")
        if name == "on" and value in tuple(Occasion):
            found = replace(found, on=Occasion(value))
        elif name == "on":
            raise ValueError(f"on= is one of {', '.join(Occasion)}")
        elif name == "secret" and equals and plain.kind in SIGNED:
            found = replace(found, secret=_secret(expand(value).strip()))
        elif name == "token" and equals and plain.kind is Kind.JSON:
            found = replace(found, token=_token(expand(value).strip()))
        else:
            known = "on=" + (", secret=" if plain.kind in SIGNED else "")
            known += ", token=" if plain.kind is Kind.JSON else ""
            raise ValueError(f"has an option that {plain.kind} has not; it knows {known}")
    return found


def _secret(text: str) -> str:
    webhook_key(text)  # Refused here, where somebody reads the reason.
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("has a token that no header can carry")
    return text

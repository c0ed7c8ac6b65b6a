"""Which host names, addresses and ports can be asked?"""

import re
from ipaddress import IPv6Address, ip_address

_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST = 253
_HIGHEST_PORT = 65535
_DEVIATIONS = "ßς\u200c\u200d"
"""Characters that IDNA 2003 (Python) and 2008 (Go) encode differently: RFC 5894, section 7.2."""


def ascii_host(text: str) -> str:
    """Give a host as it goes over the wire: a name in ASCII, an address, IPv6 without brackets.

    Raises ValueError with the reason; ``{}`` in it stands for the value.
    """
    if text.startswith("["):
        return str(_address(text[1:-1], IPv6Address))
    if re.fullmatch(r"[0-9.]+", text):
        return str(_address(text, None))
    name = _encoded(text)
    labels = name.removesuffix(".").split(".")
    if len(name) > _LONGEST or not all(map(_LABEL.fullmatch, labels)):
        raise ValueError("{} has a host that is neither a name nor an address")
    # inet_aton takes 0x7f.1 and the like for addresses; no registered name ends in a number.
    if re.fullmatch(r"(?:0x[0-9a-f]*|[0-9]+)", labels[-1], re.IGNORECASE):
        raise ValueError("{} has a host that looks like an address but is none")
    return name


def parse_port(text: str) -> int:
    """Read a port from 1 to 65535."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= _HIGHEST_PORT:
        raise ValueError(f"the port must be a number from 1 to {_HIGHEST_PORT}")
    return int(text)


def parse_target(text: str) -> tuple[str, int]:
    """Read ``host:port``, with IPv6 in brackets."""
    host, colon, port = text.rpartition(":")
    if not colon or (":" in host and not host.startswith("[")) or not host:
        raise ValueError("{} is not host:port, such as 192.0.2.1:443 or [2001:db8::1]:443")
    return ascii_host(host), parse_port(port)


def check_target(text: str) -> str:
    """Pass what `parse_target` reads."""
    parse_target(text)
    return text


def check_nameserver(text: str) -> str:
    """Pass ``address`` or ``address:port``; IPv6 with a port in brackets."""
    try:
        return str(ip_address(text))
    except ValueError:
        pass
    match = re.fullmatch(r"\[([^\]]+)\](?::(.*))?|([^:]+):(.*)", text)
    message = (
        "{} is not an address with or without a port, such as 192.0.2.53 or [2001:db8::1]:5353"
    )
    if match is None:
        raise ValueError(message)
    try:
        address = ip_address(match[1] or match[3])
    except ValueError as error:
        raise ValueError(message) from error
    port = match[2] or match[4]
    if port is None:
        return str(address)
    host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    return f"{host}:{parse_port(port)}"


def _address(text: str, kind: type | None) -> object:
    try:
        address = ip_address(text)
    except ValueError as error:
        raise ValueError("{} has a host that looks like an address but is none") from error
    if "%" in text or (kind is not None and not isinstance(address, kind)):
        raise ValueError("{} has a host that looks like an address but is none")
    return address


def _encoded(text: str) -> str:
    if text.isascii():
        return text
    if any(char in text for char in _DEVIATIONS):
        raise ValueError("{} has a host name that needs its xn-- form here")
    try:
        return text.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise ValueError("{} has a host name that cannot be encoded (IDNA)") from error

"""Which names does a client's certificate have?"""

import asyncio
from ipaddress import ip_address

_KINDS = frozenset({"DNS", "email", "URI"})


def names_of_client(transport: asyncio.BaseTransport | None) -> frozenset[str]:
    """Give the subject alternative names of a verified client certificate: none without one."""
    certificate = None if transport is None else transport.get_extra_info("peercert")
    pairs: tuple[tuple[str, str], ...] = (certificate or {}).get("subjectAltName", ())
    names = {value for kind, value in pairs if kind in _KINDS}
    addresses = {str(ip_address(value.strip())) for kind, value in pairs if kind == "IP Address"}
    return frozenset(names | addresses)

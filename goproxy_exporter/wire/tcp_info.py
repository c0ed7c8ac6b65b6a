"""What does the kernel know about a connection's path?"""

import socket
import struct
from asyncio import BaseTransport
from dataclasses import dataclass

_LENGTH = 104
_RTT = struct.Struct("=68xI28xI")
"""Two fields of struct tcp_info (linux/tcp.h): tcpi_rtt at 68, tcpi_total_retrans at 100."""


@dataclass(frozen=True, slots=True)
class TcpFacts:
    """Smoothed round trip time in seconds; segments sent again since the connection began."""

    rtt: float
    retransmits: int


def tcp_facts(transport: BaseTransport) -> TcpFacts | None:
    """Ask the kernel; None where there is no socket any more, or no Linux below."""
    sock = transport.get_extra_info("socket")
    option = getattr(socket, "TCP_INFO", None)
    if sock is None or option is None:
        return None
    try:
        raw = sock.getsockopt(socket.IPPROTO_TCP, option, _LENGTH)
    except OSError:
        return None
    if len(raw) < _LENGTH:
        return None
    microseconds, retransmits = _RTT.unpack(raw)
    return TcpFacts(microseconds / 1e6, retransmits)

"""What does the kernel know about a connection's path?"""

import socket
import struct
from dataclasses import dataclass

_OPTION: int | None = getattr(socket, "TCP_INFO", None)
_LENGTH = 104
_RTT = struct.Struct("=68xI28xI")
"""Two fields of struct tcp_info (linux/tcp.h): tcpi_rtt at 68, tcpi_total_retrans at 100."""


@dataclass(frozen=True, slots=True)
class TcpFacts:
    """Smoothed round trip time in seconds; segments sent again since the connection began."""

    rtt: float
    retransmits: int


def tcp_facts(sock: socket.socket) -> TcpFacts | None:
    """Ask the kernel; None where the socket is closed, or no Linux below."""
    if _OPTION is None:
        return None
    try:
        raw = sock.getsockopt(socket.IPPROTO_TCP, _OPTION, _LENGTH)
    except OSError:
        return None
    if len(raw) < _LENGTH:
        return None
    microseconds, retransmits = _RTT.unpack(raw)
    return TcpFacts(microseconds / 1e6, retransmits)

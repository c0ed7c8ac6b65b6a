"""When did bytes reach this machine, however late it is that they are read?"""

import contextlib
import socket
import struct
import sys
from collections.abc import Iterable
from functools import cache

_OPTION = 35 if sys.platform == "linux" else None
"""SO_TIMESTAMPNS (asm-generic/socket.h), which Python's socket module does not name."""
_TIMESPEC = struct.Struct("@ll")
ROOM = socket.CMSG_SPACE(_TIMESPEC.size)
"""Bytes of ancillary data that one stamp takes."""


def request_stamps(sock: socket.socket) -> None:
    """Have the kernel stamp what arrives from now on; it need not."""
    if _OPTION is not None:
        with contextlib.suppress(OSError):
            _keep_stamping(_OPTION)
            sock.setsockopt(socket.SOL_SOCKET, _OPTION, 1)


@cache
def _keep_stamping(option: int) -> int:
    """Give a descriptor that wants stamps as long as this process lives.

    The kernel begins a moment after the first socket asks for stamps and ends with the last
    (net_enable_timestamp in net/core/dev.c): what a connection hears first would come unstamped.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.setsockopt(socket.SOL_SOCKET, option, 1)
        return sock.detach()


def stamp(ancillary: Iterable[tuple[int, int, bytes]]) -> float | None:
    """Give when the last of the bytes arrived, in Unix seconds; None where the kernel is silent.

    What was coalesced while it waited bears the stamp of the segment that came last (tcp(7),
    net/ipv4/tcp_input.c): later than the first byte perhaps, never later than the reading.
    """
    for level, kind, data in ancillary:
        if (level, kind) == (socket.SOL_SOCKET, _OPTION) and len(data) == _TIMESPEC.size:
            seconds, nanoseconds = _TIMESPEC.unpack(data)
            return float(seconds) + float(nanoseconds) / 1e9
    return None

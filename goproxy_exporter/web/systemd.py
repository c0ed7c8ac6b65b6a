"""Which sockets does systemd hand over?"""

import os
import socket
from collections.abc import MutableMapping

from goproxy_exporter.web.listen import ListenError, ready

FIRST = 3
"""The first descriptor that systemd passes: SD_LISTEN_FDS_START."""


def inherited(
    environment: MutableMapping[str, str], *, pid: int, first: int = FIRST
) -> tuple[socket.socket, ...]:
    """Take over the sockets of a socket unit (sd_listen_fds(3)); once. Raises ListenError."""
    ours = environment.pop("LISTEN_PID", "") == str(pid)
    count = environment.pop("LISTEN_FDS", "")
    environment.pop("LISTEN_FDNAMES", None)
    if not ours or not count.isdecimal() or not int(count):
        raise ListenError("systemd passed no socket: is this started by a .socket unit?")
    return tuple(_adopt(descriptor) for descriptor in range(first, first + int(count)))


def _adopt(descriptor: int) -> socket.socket:
    try:
        sock = socket.socket(fileno=descriptor)
    except OSError as error:
        raise ListenError(f"descriptor {descriptor} from systemd is not a socket") from error
    os.set_inheritable(descriptor, False)  # noqa: FBT003 - the call has no keywords
    try:
        ready(sock)
    except OSError as error:
        sock.close()
        message = f"descriptor {descriptor} from systemd cannot be listened on: {error.strerror}"
        raise ListenError(message) from error
    return sock

"""Where can a program listen that cannot be given port 0?"""

import secrets
import socket
from contextlib import suppress

FIRST, LAST = 20_000, 32_767
"""Below what Linux and macOS hand out by themselves, so that no connection and no server on port 0
takes a port between the choice and the program's start. Source: ip(7), ip_local_port_range."""


def free_port() -> int:
    """Give a port of the loopback that was free a moment ago, and that others hardly choose too."""
    for _ in range(100):
        # Workers of pytest-xdist share the seed of `random`.
        port = FIRST + secrets.randbelow(LAST - FIRST + 1)
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            return port
    raise AssertionError(f"of 100 ports from {FIRST} to {LAST} none was free")

"""A word to systemd: ready, or stopping."""

import os
import socket


def notify(state: str) -> None:
    """Send a line such as ``READY=1`` where systemd listens for it; else do nothing.

    Source: sd_notify(3). The address is a path, or abstract when it begins with ``@``.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
        out.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        out.sendall(state.encode())

"""A word to systemd: ready, or stopping."""

import os
import socket

import structlog

log = structlog.get_logger(__name__)


def notify(state: str) -> None:
    """Send a line such as ``READY=1`` where systemd listens for it; else do nothing.

    A systemd that does not listen is told in the log, and is no reason to stop.
    Source: sd_notify(3). The address is a path, or abstract when it begins with ``@``.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            out.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            out.sendall(state.encode())
    except OSError as error:
        log.warning("systemd.not_told", state=state, error=error.strerror or str(error))

"""How does systemd hear that the daemon is ready, reloading, alive, or stopping?"""

import os
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)


def notify(state: str) -> None:
    """Send lines such as ``READY=1`` where systemd listens for them; else do nothing.

    A systemd that does not listen is told in the log, and is no reason to stop.
    Source: sd_notify(3). The address is a path, or abstract when it begins with ``@``.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out:
            # A watchdog that nobody listens to must not hold up what is measured.
            out.setblocking(False)  # noqa: FBT003 - the call has no keywords
            out.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
            out.sendall(state.encode())
    except OSError as error:
        log.warning("systemd.not_told", state=state, error=error.strerror or str(error))


@contextmanager
def telling_reload() -> Generator[None]:
    """Say that the configuration is being read again, for the block, and then that it was.

    Also after a bad configuration: the good one is still followed. Units of ``Type=notify-reload``
    know by the clock which wish is answered.
    """
    notify(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
    try:
        yield
    finally:
        notify("READY=1")

"""One TCP connection, read and written as the loop gives turns, each arrival with its moment."""

import asyncio
import errno
import socket
from typing import Protocol

from goproxy_exporter.wire.arrival import ROOM, request_stamps, stamp
from goproxy_exporter.wire.clock import Clock

PORTION = 64 << 10
"""Bytes that are read at once."""
IN_A_TURN = 4 * PORTION
"""Bytes that are read in one turn of the loop: enough for a fast peer, little for who waits."""
READS_IN_A_TURN = 16
"""Times that a peer is read who sends tiny pieces."""
_LATER = frozenset({errno.EAGAIN, errno.ENOBUFS, errno.ENOMEM})
"""What sending fails with that will do after a while."""


class Owner(Protocol):
    """Whoever is told what a connection hears; called from the loop's callbacks."""

    def arrived(self, data: bytes, at: float) -> None:
        """Take bytes that reached this machine at a moment of the monotonic clock."""

    def over(self, error: Exception | None, at: float) -> None:
        """Take note that nothing more will come: None after a normal end. Told once."""


class Tcp:
    """A connected socket that does not block; it is closed here.

    asyncio's transports tell when the loop came round to the bytes. The kernel tells when they
    came, whatever this process was doing then; where it does not, the loop's moment counts.
    """

    def __init__(self, sock: socket.socket, clock: Clock, owner: Owner) -> None:
        self._sock = sock
        self._clock = clock
        self._owner = owner
        self._loop = asyncio.get_running_loop()
        self._number = sock.fileno()
        self._unsent = bytearray()
        self._refused: OSError | None = None
        self._last = clock.monotonic()
        self._reading = False
        self.open = True
        """Whether neither end has closed it."""
        request_stamps(sock)
        self.resume()

    def pause(self) -> None:
        """Read nothing more for now; the peer is held back by TCP's window."""
        if self._reading:
            self._reading = False
            self._loop.remove_reader(self._number)

    def resume(self) -> None:
        """Read again."""
        if self.open and not self._reading:
            self._reading = True
            self._loop.add_reader(self._number, self._readable)

    def send(self, data: bytes) -> float:
        """Send now, and later what the kernel does not take at once; give when that began."""
        at = self._clock.monotonic()
        if self.open and not self._unsent:
            data = data[self._taken(data) :]
            if data:
                self._loop.add_writer(self._number, self._writable)
        if self.open:
            self._unsent += data
        return at

    def close(self) -> None:
        """Close at once; the owner is told nothing."""
        if self.open:
            self._let_go()
            self._sock.close()

    def drop(self) -> None:
        """Hang up; the owner is told of the end as of any other."""
        self._end(None, self._clock.monotonic())

    def _readable(self) -> None:
        """Read until nothing is left, or the turn is over.

        libuv tells once that something went wrong, and then of nothing more: so reading must not
        stop before the error was met, unless the loop is asked anew.
        """
        left = IN_A_TURN
        for _ in range(READS_IN_A_TURN):
            if not self._reading or not left:
                break
            now = self._clock.monotonic()
            try:
                data, ancillary, _, _ = self._sock.recvmsg(min(PORTION, left), ROOM)
            except BlockingIOError:
                return
            except OSError as error:
                self._end(error, now)
                return
            if not data:
                self._end(self._refused, now)
                return
            self._hand_on(data, self._moment(stamp(ancillary), now))
            left -= len(data)
        if self._reading:
            self._ask_anew()

    def _ask_anew(self) -> None:
        """Have the loop look at the socket as if it were new: whoever writes waits there, too."""
        self.pause()
        self._loop.remove_writer(self._number)
        self.resume()
        if self._unsent:
            self._loop.add_writer(self._number, self._writable)

    def _hand_on(self, data: bytes, at: float) -> None:
        try:
            self._owner.arrived(data, at)
        except Exception as bug:  # noqa: BLE001 - whoever waits for the answer raises it
            context = {"message": "what came over a connection met a bug", "exception": bug}
            self._loop.call_exception_handler(context)
            self._end(bug, at)

    def _moment(self, stamped: float | None, now: float) -> float:
        """Put the kernel's stamp on the monotonic clock.

        It cannot lie before the last one: so a wall clock that is set meanwhile does no more harm
        than that.
        """
        if stamped is not None:
            now = max(self._last, self._clock.monotonic() - self._clock.since(stamped))
        self._last = now
        return now

    def _writable(self) -> None:
        del self._unsent[: self._taken(self._unsent)]
        if not self._unsent:
            self._loop.remove_writer(self._number)

    def _taken(self, data: bytes | bytearray) -> int:
        """Send what the kernel takes.

        An error is kept: what the peer said before it hung up is heard first, then this.
        """
        try:
            return self._sock.send(data)
        except OSError as error:
            if error.errno in _LATER:
                return 0
            self._refused = self._refused or error
            return len(data)

    def _end(self, error: Exception | None, at: float) -> None:
        """Tell the owner, who may look at the socket once more."""
        if not self.open:
            return
        self._let_go()
        try:
            self._owner.over(error, at)
        finally:
            self._sock.close()

    def _let_go(self) -> None:
        self.pause()
        self._loop.remove_writer(self._number)
        self.open = False

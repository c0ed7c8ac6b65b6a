"""One address and port that is open, refuses, or swallows whoever knocks."""

import asyncio
import socket
from collections.abc import Callable
from typing import Self

_BACKLOG = 128
_FILLERS = 3


class Gate:
    """A listening socket that can be taken away without losing its port.

    The port is kept by a second socket that is bound but never listens: where nothing listens,
    the kernel refuses with RST. It allows SO_REUSEPORT only once it is bound, so that the gate's
    own listener may join it, while another world that wants the port is refused. To swallow connections, the gate listens with
    an accept queue of one and fills it itself: Linux then drops every further SYN, which looks
    to the client like a host that is not there.
    """

    def __init__(self, keeper: socket.socket, welcome: Callable[[socket.socket], None]) -> None:
        self._keeper = keeper
        self._place: tuple[str, int] = keeper.getsockname()[:2]
        self._welcome = welcome
        self._loop = asyncio.get_running_loop()
        self._listener: socket.socket | None = None
        self._fillers: list[socket.socket] = []

    @property
    def is_open(self) -> bool:
        """Whether connections are accepted."""
        return self._listener is not None and not self._fillers

    @classmethod
    def bind(cls, address: str, port: int, welcome: Callable[[socket.socket], None]) -> Self:
        """Take an address and port (0 for any); the gate is shut at first."""
        keeper = _bound(address, port)
        keeper.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        return cls(keeper, welcome)

    @property
    def address(self) -> str:
        """The address."""
        return self._place[0]

    @property
    def port(self) -> int:
        """The port, also once it was given back: an answer that is under way may link to it."""
        return self._place[1]

    def open(self) -> None:
        """Accept."""
        if self.is_open:
            return
        self.shut()
        self._listener = self._listen(_BACKLOG)
        self._loop.add_reader(self._listener, self._accept)

    def shut(self) -> None:
        """Refuse."""
        if self._listener is not None:
            self._loop.remove_reader(self._listener)
            self._listener.close()
            self._listener = None
        while self._fillers:
            self._fillers.pop().close()

    def swallow(self) -> None:
        """Answer nothing to a SYN."""
        self.shut()
        self._listener = self._listen(0)
        for _ in range(_FILLERS):
            filler = socket.socket(self._keeper.family)
            filler.setblocking(False)  # noqa: FBT003 - the standard library's signature
            filler.connect_ex(self._keeper.getsockname())
            self._fillers.append(filler)

    def close(self) -> None:
        """Give the port back."""
        self.shut()
        self._keeper.close()

    def _listen(self, backlog: int) -> socket.socket:
        listener = _bound(self.address, self.port, join=True)
        listener.listen(backlog)
        return listener

    def _accept(self) -> None:
        assert self._listener is not None, "only an open gate is watched"
        try:
            sock, _ = self._listener.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._welcome(sock)


def _bound(address: str, port: int, *, join: bool = False) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family)
    try:
        sock.setblocking(False)  # noqa: FBT003 - the standard library's signature
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, join)
        sock.bind((address, port))
    except OSError:
        sock.close()
        raise
    return sock

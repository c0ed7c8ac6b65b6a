"""A clock that can be put forward: what takes hours in the field takes none in a test."""

from goproxy_exporter.wire.clock import Clock


class Leaping(Clock):
    """The real time, so many seconds `ahead`."""

    __slots__ = ("ahead",)

    def __init__(self) -> None:
        self.ahead = 0.0

    def now(self) -> float:
        return super().now() + self.ahead

    def monotonic(self) -> float:
        return super().monotonic() + self.ahead

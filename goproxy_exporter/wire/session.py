"""Questions of one run to one mirror, over connections that they share."""

from types import TracebackType
from typing import Self

from goproxy_exporter.wire.ask import Answer, Ask


class Session:
    """At most one live connection per origin, fresh at the start, closed at the end.

    Use it as an async context manager. Questions asked at once wait for each other: each is
    measured alone.
    """

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        raise NotImplementedError

    async def get(self, ask: Ask) -> Answer:
        """Ask, follow redirects, and record what happened. Raises nothing but cancellation."""
        raise NotImplementedError

"""What time is it?"""

import time


class Clock:
    """The one place where the wire, and everything above it, reads the time."""

    __slots__ = ()

    def now(self) -> float:
        """Give the wall clock in Unix seconds; it may jump."""
        return time.time()

    def monotonic(self) -> float:
        """Give seconds since an arbitrary moment; never goes back."""
        return time.monotonic()

    def since(self, stamp: float) -> float:
        """Give the seconds since a moment that the kernel put down in Unix seconds, at least 0."""
        return max(0.0, time.time() - stamp)

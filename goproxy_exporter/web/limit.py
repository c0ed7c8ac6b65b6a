"""May one more request be answered now?"""

from goproxy_exporter.web.settings import RateLimit


class Limiter:
    """A bucket of `burst` tokens to which one is added every `interval` seconds."""

    def __init__(self, rate: RateLimit, now: float) -> None:
        self._rate = rate
        self._tokens = float(rate.burst)
        self._at = now

    def allows(self, now: float) -> bool:
        """Take a token if there is one; `now` is monotonic."""
        grown = self._tokens + (now - self._at) / self._rate.interval
        self._tokens, self._at = min(grown, self._rate.burst), now
        if self._tokens < 1:
            return False
        self._tokens -= 1
        return True

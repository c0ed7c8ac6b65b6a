"""What do the pages show, and what do their buttons do?"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from goproxy_exporter.metrics import Budgets, ExporterFacts
from goproxy_exporter.schedule import Schedule
from goproxy_exporter.store import Store
from goproxy_exporter.wire.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Everything the web room is given by the app."""

    store: Store
    schedule: Schedule
    clock: Clock
    exporter: Callable[[], ExporterFacts]
    budgets: Budgets
    """Requests and bytes left of a mirror's budget; None for a mirror without an allowance."""
    effective_config: Callable[[], str]
    """The configuration in use as YAML, secrets hidden. Slow: called in a thread."""
    reload: Callable[[], Awaitable[None]]
    """Load and follow the configuration again. Raises ConfigError with every problem."""
    scheduled: bool = True
    """False under --no-schedule: checks run only when /probe asks for them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Serving:
    """Where and how to serve: the ``--web.…`` flags. Times in seconds."""

    listen: tuple[str, ...] = (":10130",)
    """``:port``, ``host:port`` or ``[address]:port``; port 0 takes any that is free."""
    systemd_socket: bool = False
    """Serve on the sockets that systemd passed instead."""
    config_file: str | None = None
    """TLS, basic auth, headers, rate limit, in the format of the Prometheus exporter-toolkit."""
    timeout_offset: float = 0.5
    """What /probe leaves of the scrape timeout for the way back."""
    grace: float = 10.0
    """How long a request may still take when the site is asked to stop."""

"""What may a configuration say about one mirror?"""

from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from goproxy_exporter.config.fields import (
    AcceptedCode,
    CheckKey,
    Duration,
    FileName,
    ForwardProxy,
    IpFamily,
    LabelName,
    Line,
    MirrorUrl,
    Name,
    Pattern,
    SecretText,
    Section,
    Size,
    shown,
)
from goproxy_exporter.config.schema_canaries import CanariesSection
from goproxy_exporter.config.units import format_duration, format_size
from goproxy_exporter.model.mirror import Budget, Thresholds

_THRESHOLDS = Thresholds()
_BUDGET = Budget()


class ThresholdsSection(Section):
    """Where good ends. A key that is absent keeps the value it had."""

    tls_warning: Annotated[Duration | None, shown(format_duration(_THRESHOLDS.tls_warning))] = None
    """A verified chain that ends within this time is `tls.expiring`."""
    first_byte: Annotated[Duration | None, shown(format_duration(_THRESHOLDS.first_byte))] = None
    """A first byte later than this is `perf.slow_first_byte`."""
    throughput: Annotated[Size | None, shown(format_size(round(_THRESHOLDS.throughput)))] = None
    """Bytes per second; a large body below this is `perf.slow_throughput`."""
    stall_after: Annotated[Duration | None, shown(format_duration(_THRESHOLDS.stall_after))] = None
    """Without one byte for this long an exchange is given up as `transport.timeout`."""
    list_lag: Annotated[Duration | None, shown(format_duration(_THRESHOLDS.list_lag))] = None
    """A version that is missing from the list for longer than this is `freshness.list_stale`."""
    sumdb_head_age: Annotated[
        Duration | None, shown(format_duration(_THRESHOLDS.sumdb_head_age))
    ] = None
    """A tree head older than this is `sumdb.stale`."""


class Basic(Section):
    """User name and password."""

    username: Line
    """User name; shown on /config."""
    password: SecretText
    """Text, ``${ENV}``, or ``file:PATH`` (relative to this file)."""


class Auth(Section):
    """Credentials for the mirror's own host. Exactly one of the keys."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    basic: Basic | None = None
    """Basic authentication."""
    bearer: SecretText | None = None
    """A bearer token: text, ``${ENV}``, or ``file:PATH`` (relative to this file)."""
    netrc: Literal[True] | None = None
    """User name and password from $NETRC or ~/.netrc, as the go command finds them."""

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1:
            raise ValueError("needs exactly one of basic, bearer, netrc")
        return self


class ClientCert(Section):
    """PEM files that prove who we are."""

    cert_file: FileName
    """The certificate, with its chain; relative to this file."""
    key_file: FileName | None = None
    """The key, not encrypted; absent where it is in `cert_file`."""


class BudgetSection(Section):
    """What the mirror may be asked for in an hour, redirects included."""

    requests_per_hour: Annotated[
        Annotated[int, Field(ge=1)] | None, shown(_BUDGET.requests_per_hour)
    ] = None
    """Requests."""
    bytes_per_hour: Annotated[Size | None, shown(format_size(_BUDGET.bytes_per_hour))] = None
    """Bytes received."""


class CheckSection(Section):
    """The beat of one check."""

    interval: Duration | None = None
    """From start to start."""
    timeout: Duration | None = None
    """For one exchange, redirects included; at most the interval."""
    enabled: Annotated[bool | None, shown(default=True)] = None
    """Whether to run it at all."""


class MirrorSection(Section):
    """One mirror."""

    name: Name
    """What metrics, pages and commands call it. History is kept under this name."""
    url: MirrorUrl
    """As it would stand in GOPROXY; userinfo in it becomes basic authentication."""
    auth: Auth | None = None
    """Credentials."""
    client_cert: ClientCert | None = None
    """Client certificate."""
    ca_file: FileName | None = None
    """PEM file with roots that are trusted as well as the system's; relative to this file."""
    headers: dict[str, SecretText] | None = None
    """Headers to send to the mirror's own origin; values as in `auth.bearer`."""
    forward_proxy: ForwardProxy | None = None
    """``http://[user:password@]host:port``, or ``off``; absent: the general one."""
    ip_family: Annotated[IpFamily | None, shown("auto")] = None
    """``4``, ``6``, or ``auto`` for both."""
    edges: Annotated[bool | None, shown(default=True)] = None
    """Whether to ask every address of the host on its own."""
    accept: list[AcceptedCode] | None = None
    """Causes that are reported but do not count towards state, exit code or alerts."""
    canaries: CanariesSection | None = None
    """Modules to ask this mirror for instead of the general ones."""
    thresholds: ThresholdsSection | None = None
    """Thresholds of this mirror, where they differ from the general ones."""
    private_patterns: list[Pattern] | None = None
    """Module paths that are private here, as in GOPRIVATE: never asked of anybody else."""
    labels: dict[LabelName, Line] | None = None
    """Labels for /sd."""
    require_http2: Annotated[bool | None, shown(default=False)] = None
    """Whether HTTP/1.1 alone is `http2.unavailable`."""
    budget: BudgetSection | None = None
    """Allowance of requests and bytes."""
    checks: dict[CheckKey, CheckSection] | None = None
    """Beats of single checks."""

"""What may a configuration file say? The JSON Schema and the reference are made from this."""

from typing import Annotated

from pydantic import AfterValidator, Field

from goproxy_exporter.config.fields import (
    Duration,
    FileName,
    ForwardProxy,
    Gosumdb,
    Line,
    Name,
    Nameserver,
    Patterns,
    PlainUrl,
    ReferenceName,
    Section,
    Target,
    UrlOrOff,
    shown,
)
from goproxy_exporter.config.goproxy import check_goproxy
from goproxy_exporter.config.schema_canaries import CanariesSection
from goproxy_exporter.config.schema_mirror import MirrorSection, ThresholdsSection

MOST_CONCURRENT = 1000


class DefaultsSection(Section):
    """Beats that hold where a mirror's `checks` say nothing."""

    interval: Annotated[Duration | None, shown("1m")] = None
    """For checks that run every minute by default; the others keep their own intervals."""
    timeout: Annotated[Duration | None, shown("10s")] = None
    """For one exchange, redirects included; large archives get at least 5m."""
    concurrency: Annotated[Annotated[int, Field(ge=1, le=MOST_CONCURRENT)] | None, shown(32)] = None
    """How many checks run at the same time."""


class TlsSection(Section):
    """Trust."""

    ca_file: FileName | None = None
    """PEM file with roots that are trusted as well as the system's; relative to this file."""


class ChainSection(Section):
    """A GOPROXY list that is judged as a whole."""

    name: Name
    """What metrics and pages call it."""
    goproxy: Annotated[str, AfterValidator(check_goproxy)]
    """As in the GOPROXY variable. Credentials belong to the mirrors."""
    gonoproxy: Patterns | None = None
    """As in the GONOPROXY variable."""
    gonosumdb: Patterns | None = None
    """As in the GONOSUMDB variable."""
    gosumdb: Gosumdb | None = None
    """As in the GOSUMDB variable; absent: `checksum_database`."""


class VulnerabilityDatabaseSection(Section):
    """A vulnerability database, as GOVULNDB names it."""

    name: Name
    """What metrics and pages call it."""
    url: PlainUrl
    """Where it is."""
    reference: Name | None = None
    """The name of the database that this one mirrors."""


class Fragment(Section):
    """A file in `config_dir`. Its lists are added to those of the main file."""

    mirrors: list[MirrorSection] | None = None
    """More mirrors."""
    chains: list[ChainSection] | None = None
    """More GOPROXY lists."""
    vulnerability_databases: list[VulnerabilityDatabaseSection] | None = None
    """More vulnerability databases."""


class Document(Section):
    """The configuration of goproxy_exporter. Every key may be absent."""

    vantage: Annotated[Annotated[Line, Field(max_length=128)] | None, shown("")] = None
    """Where this exporter looks from; a label of `goproxy_exporter_info`."""
    config_dir: FileName | None = None
    """Folder of fragments (``*.yml``, ``*.yaml``, by file name), relative to this file."""
    state_dir: FileName | None = None
    """Folder for verified tree heads, over restarts, and for wrong files; relative to this file."""
    defaults: DefaultsSection | None = None
    """Beats."""
    thresholds: ThresholdsSection | None = None
    """Where good ends, for every mirror."""
    tls: TlsSection | None = None
    """Trust, for every mirror."""
    forward_proxy: ForwardProxy | None = None
    """``http://[user:password@]host:port``, or ``off``; absent: as HTTPS_PROXY and the like say."""
    nameservers: list[Nameserver] | None = None
    """Addresses, with or without port; absent or empty: the system's."""
    control_targets: list[Target] | None = None
    """``host:port`` that tell an outage here from one there; absent: the hosts of everything else."""
    canaries: CanariesSection | None = None
    """Modules that every mirror is asked for."""
    checksum_database: Annotated[Gosumdb | None, shown("sum.golang.org")] = None
    """As in the GOSUMDB variable: a name or key, optionally a URL; or ``off``."""
    module_index: Annotated[UrlOrOff | None, shown("https://index.golang.org/index")] = None
    """Where new versions are announced; or ``off``."""
    reference: Annotated[ReferenceName | None, shown("proxy.golang.org")] = None
    """Name of a mirror, or URL, that others are held against; or ``off``."""
    mirrors: Annotated[list[MirrorSection], Field(min_length=1)] | None = None
    """What to watch; absent everywhere: goproxy.cn, proxy.golang.org, mirrors.aliyun.com/goproxy."""
    chains: list[ChainSection] | None = None
    """GOPROXY lists; absent: one through the built-in mirrors, where those are watched."""
    vulnerability_databases: list[VulnerabilityDatabaseSection] | None = None
    """What to watch; absent: https://vuln.go.dev, where the built-in mirrors are watched."""

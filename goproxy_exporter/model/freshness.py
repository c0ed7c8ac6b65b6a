"""Which new versions are followed, and what has been seen of them?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from goproxy_exporter.model.names import Endpoint

Name = tuple[str, str]
"""Module path and version."""
Subject = tuple[Endpoint, str]
"""What changes with time: the list (LIST) or the ``@latest`` (LATEST) of a module path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A version whose way to the mirrors is watched. `published` is Unix seconds."""

    module: str
    version: str
    published: float | None = None
    """When the module index came to know it; None where no index told."""
    declared: bool = False
    """Whether the operator named it."""

    @property
    def name(self) -> Name:
        """What it is remembered under."""
        return (self.module, self.version)

    def __str__(self) -> str:
        """Give ``path@version``."""
        return f"{self.module}@{self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """Whether an existing version could be seen at an endpoint of a mirror, at one moment.

    Times are Unix seconds. `published` tells whether `since` is the moment of publication rather
    than when somebody first noticed the version; `cold` that this was the first look, at a version
    that is no news any more, and that its absence was no cache's.
    """

    name: Name
    endpoint: Endpoint
    visible: bool
    at: float
    since: float
    published: bool = False
    cold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A version list that was answered, without what `go` drops.

    `withdrawn` are versions of earlier lists that nobody has to miss any more.
    """

    module: str
    versions: frozenset[str]
    at: float
    withdrawn: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Whether answers to the same question, asked several times, agreed."""

    subject: Subject
    agreed: bool
    at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Everything that one run saw, ready to be remembered."""

    sights: tuple[Sight, ...] = ()
    lists: tuple[Listed, ...] = ()
    compared: tuple[Compared, ...] = ()
    asked: tuple[tuple[Subject, float], ...] = ()
    """When which subject was asked, whether or not it answered well."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is remembered of a version at one endpoint of a mirror."""

    visible: bool
    """By the last look that could tell."""
    first: float
    """When it was looked for first, in Unix seconds."""
    missed: bool = False
    """Whether it was missing before it was ever visible."""
    arrived: float | None = None
    """When it was first visible, in Unix seconds."""
    cold: bool = False
    """Whether the first look found an absence that the next one may show to be a cold miss."""
    took: float | None = None
    """Seconds from its publication, or its first sight anywhere, until then; None: nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """What is remembered of a version at one mirror. Times are Unix seconds."""

    since: float
    """From when on it is known to exist."""
    at: float
    """When it was last looked for."""
    traces: Mapping[Endpoint, Trace]


@dataclass(frozen=True, slots=True, kw_only=True)
class Roll:
    """What is remembered of a version list. Times are Unix seconds."""

    began: float
    """When it was read first."""
    at: float
    """When it was read last."""
    first: Mapping[str, float]
    """When each version was first seen in it, those that are lost included."""
    lost: Mapping[str, float]
    """Since when versions that had been in it are missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Freshness:
    """What the runs of one mirror add up to. A value: folding another run gives the next one."""

    trails: Mapping[Name, Trail] = field(default_factory=dict)
    rolls: Mapping[str, Roll] = field(default_factory=dict)
    """By module path."""
    asked: Mapping[Subject, float] = field(default_factory=dict)
    compared: Mapping[Subject, Compared] = field(default_factory=dict)

    def trace(self, name: Name, endpoint: Endpoint) -> Trace | None:
        """Give what is remembered of a version at an endpoint."""
        trail = self.trails.get(name)
        return None if trail is None else trail.traces.get(endpoint)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """What a run may know of earlier ones: this mirror's, and in few words the others'."""

    own: Freshness = field(default_factory=Freshness)
    since: Mapping[Name, float] = field(default_factory=dict)
    """From when on versions are known to exist anywhere, in Unix seconds."""
    listed: frozenset[Name] = frozenset()
    """What the list of some other mirror names."""
    everywhere: frozenset[Name] = frozenset()
    """What every mirror that is watched shows, list and file."""


NOTHING = Recall()

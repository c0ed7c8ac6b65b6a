"""What is a GOPROXY list, and how does a build fare with it?"""

from dataclasses import dataclass, field

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint

_FILES = {Endpoint.INFO: "info", Endpoint.MOD: "mod", Endpoint.ZIP: "zip"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Chain:
    """A GOPROXY list that is judged as a whole. Texts are as in the variables of that name."""

    name: str
    goproxy: str
    """Without credentials: those are the mirrors'."""
    gonoproxy: str = ""
    gonosumdb: str = ""
    gosumdb: str | None = None
    """None where nothing is verified."""
    canaries: tuple[Canary, ...] = ()
    """Modules that a build needs, each with its version."""
    missing: Canary | None = None
    """A path below a module that is none: what is asked to find the module of a package."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What one request of a build is for. `module` is ``path`` or ``path@version``."""

    endpoint: Endpoint
    module: str

    def __str__(self) -> str:
        """Give it as the go command names files: ``path@version.info``, ``path@v/list``."""
        if self.endpoint in _FILES:
            return f"{self.module}.{_FILES[self.endpoint]}"
        if self.endpoint is Endpoint.SUMDB_SUPPORTED:
            return f"sumdb/{self.module}/supported"
        if self.endpoint is Endpoint.SUMDB_LOOKUP:
            return f"sumdb/lookup/{self.module}"
        return f"{self.module}/@v/list"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """How one resource fared on its way through a list. Entries are named without credentials.

    `ok` is None where an answer that decides is not known.
    """

    resource: str
    ok: bool | None
    answered_by: str | None = None
    assumed: bool = False
    """Whether the answer was not seen: `direct`, which this program never asks."""
    stopped_by: str | None = None
    why: str | None = None
    """What the entry that stopped it did, to be read after its name."""
    unreached: tuple[str, ...] = ()
    """Entries that never had their turn because of it."""
    fallback: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """A private name that this list would give away. Nothing private was sent to find out."""

    pattern: str
    to: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What entries have in common, so that they fail together."""

    entries: tuple[str, ...]
    common: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChainVerdict:
    """Whether builds work with a list just now, and what breaks or saves them.

    `ok` and `fallback` are None where it is not known. `build_success` is the chance that a build
    of a hundred requests survives, with the lower bound of that chance at 95 % confidence.
    """

    chain: Chain
    ok: bool | None = None
    fallback: bool | None = None
    summary: str = ""
    passages: tuple[Passage, ...] = ()
    leaks: tuple[Leak, ...] = ()
    fates: tuple[Fate, ...] = ()
    hidden: tuple[tuple[str, Code], ...] = ()
    """Entries that serve what contradicts the checksum database, and whose ``|`` hides it."""
    refused: tuple[tuple[str, Code], ...] = ()
    """Entries of whose go.mod `go mod download` lets ``|`` take the place, and `go get` does not."""
    build_success: tuple[float, float] | None = field(default=None)

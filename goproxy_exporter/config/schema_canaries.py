"""What may a configuration say about the modules that mirrors are asked for?"""

from typing import Annotated, Self

from pydantic import Field, Tag, model_validator

from goproxy_exporter.config.fields import (
    LIST,
    MAPPING,
    Index,
    ModulePath,
    Off,
    Section,
    Sum,
    by_shape,
    shown,
)
from goproxy_exporter.gomod.version import check_path_version
from goproxy_exporter.model.mirror import MOST_STABLE


class Sums(Section):
    """Pinned checksums, as go.sum has them. An archive that differs is dangerous."""

    mod: Sum | None = None
    """Of the go.mod file."""
    zip: Sum | None = None
    """Of the archive."""


class VersionCanary(Section):
    """A module at a version that never changes."""

    module: ModulePath
    """Module path, unescaped."""
    version: str
    """Canonical version."""
    sums: Sums | None = None
    """Pinned checksums; without them the checksum database decides."""

    @model_validator(mode="after")
    def _fits(self) -> Self:
        check_path_version(self.module, self.version)
        return self


class UppercaseCanary(VersionCanary):
    """A module whose path has upper-case letters, which travel escaped as ``!x``."""

    @model_validator(mode="after")
    def _has_capitals(self) -> Self:
        if self.module == self.module.lower():
            raise ValueError("the module path has no upper-case letter, so it tests no escaping")
        return self


class IncompatibleCanary(VersionCanary):
    """A module at a version that ends in ``+incompatible``."""

    @model_validator(mode="after")
    def _has_plus(self) -> Self:
        if not self.version.endswith("+incompatible"):
            raise ValueError("the version does not end in +incompatible")
        return self


class PathCanary(Section):
    """A module without a version."""

    module: ModulePath
    """Module path, unescaped."""


_SHAPE = by_shape('a mapping with a module, or "off"')
Uppercase = Annotated[Off | Annotated[UppercaseCanary, Tag(MAPPING)], _SHAPE]
Incompatible = Annotated[Off | Annotated[IncompatibleCanary, Tag(MAPPING)], _SHAPE]
Large = Annotated[Off | Annotated[VersionCanary, Tag(MAPPING)], _SHAPE]
Untagged = Annotated[Off | Annotated[PathCanary, Tag(MAPPING)], _SHAPE]
Fresh = Annotated[Index | Annotated[list[VersionCanary], Tag(LIST)], by_shape('a list, or "index"')]


class CanariesSection(Section):
    """Modules that a mirror is asked for. A key that is absent keeps the built-in module."""

    stable: Annotated[
        Annotated[list[VersionCanary], Field(min_length=1, max_length=MOST_STABLE)] | None,
        shown([{"module": "github.com/josharian/intern", "version": "v1.0.0"}]),
    ] = None
    """Small, old modules that the mirror must have: asked for every minute. At most 8."""
    uppercase: Annotated[
        Uppercase | None, shown({"module": "github.com/BurntSushi/toml", "version": "v1.3.2"})
    ] = None
    """A module path with capitals."""
    incompatible: Annotated[
        Incompatible | None,
        shown({"module": "github.com/jtolds/gls", "version": "v4.20.0+incompatible"}),
    ] = None
    """A version with a plus sign."""
    untagged: Annotated[Untagged | None, shown({"module": "golang.org/x/exp"})] = None
    """A module without any tag, whose list is empty."""
    large: Annotated[
        Large | None, shown({"module": "github.com/aws/aws-sdk-go", "version": "v1.45.2"})
    ] = None
    """Big enough for mirrors to answer with a redirect to storage; asked for rarely."""
    missing: PathCanary | None = None
    """A path below an existing module where no module is. Absent: ``zz-none`` below the first stable one."""
    fresh: Annotated[Fresh | None, shown("index")] = None
    """Versions whose arrival is watched; ``index`` draws them from the module index."""

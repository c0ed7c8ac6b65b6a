"""What is published in the simulated world: synthetic modules of valid form.

Paths and versions are those of well-known modules, so that default canaries exist here too; the
files are made up, so no sum of the public checksum database fits them.
"""

import functools
import json
import random
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self

from goproxy_exporter.gomod.dirhash import hash1, hash_go_mod
from goproxy_exporter.gomod.toolchain import MODULE as TOOLCHAIN
from goproxy_exporter.gomod.version import is_pseudo, pseudo_time
from goproxy_exporter.simulator.archive import pack

_INCOMPATIBLE = "+incompatible"
_LICENSE = b"Made up for a simulated world. Do with it what you like.\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """One version of a module. `time` is RFC 3339; `ballast` are bytes that do not compress.

    `remark` is a comment in its source, `mod_remark` one in its go.mod: what a file says that was
    tampered with. `below` are directories that hold a package each.
    """

    module: str
    version: str
    time: str
    requires: tuple[tuple[str, str], ...] = ()
    below: tuple[str, ...] = ()
    ballast: int = 0
    remark: str = ""
    mod_remark: str = ""

    @property
    def bare(self) -> bool:
        """Whether the archive has no go.mod: that of an old version, or of a toolchain."""
        return self.version.endswith(_INCOMPATIBLE) or self.module == TOOLCHAIN

    @property
    def go_mod(self) -> bytes:
        """The go.mod file; one line where the archive has none, as the go command makes it."""
        lines = [f"module {self.module}"]
        if not self.bare:
            lines += ["", "go 1.16"]
        if self.requires:
            lines += ["", "require ("]
            lines += [f"\t{path} {version}" for path, version in self.requires]
            lines += [")"]
        if self.mod_remark:
            lines += ["", f"// {self.mod_remark}"]
        return ("\n".join(lines) + "\n").encode()

    @property
    def prefix(self) -> str:
        """What every name in the archive starts with."""
        return f"{self.module}@{self.version}/"

    @property
    def files(self) -> tuple[tuple[str, bytes], ...]:
        """The archive's files, names without the prefix, in order."""
        package = _package(self.module)
        files = [("LICENSE", _LICENSE), (f"{package}.go", self._source(package))]
        files += [(f"{name}/{name}.go", f"package {name}\n".encode()) for name in self.below]
        if not self.bare:
            files.append(("go.mod", self.go_mod))
        if self.ballast:
            files.append(("testdata/ballast.bin", _noise(self.prefix, self.ballast)))
        return tuple(files)

    @property
    def archive(self) -> bytes:
        """The zip."""
        return _packed(self)

    @property
    def zip_sum(self) -> str:
        """``h1:`` over the archive's files."""
        return _summed(self)

    @property
    def mod_sum(self) -> str:
        """``h1:`` over the go.mod file."""
        return hash_go_mod(self.go_mod)

    def info(self, *, origin: bool = False) -> bytes:
        """Write what ``.info`` answers, with or without where the version came from."""
        document: dict[str, object] = {"Version": self.version, "Time": self.time}
        if origin:
            reference = self.version.removesuffix(_INCOMPATIBLE)
            document["Origin"] = {
                "VCS": "git",
                "URL": f"https://{self.module}",
                "Hash": sha256(self.prefix.encode()).hexdigest()[:40],
                "Ref": f"refs/tags/{reference}",
            }
        return json.dumps(document, separators=(",", ":")).encode()

    def _source(self, package: str) -> bytes:
        imports = "".join(f'import _ "{path}"\n' for path, _ in self.requires)
        remark = f"\n// {self.remark}\n" if self.remark else ""
        return (
            f"// Package {package} is simulated.\npackage {package}\n\n{imports}\n"
            f"// Version is the version of this module.\nconst Version = {json.dumps(self.version)}\n"
            f"{remark}"
        ).encode()


@functools.lru_cache(maxsize=64)
def _packed(release: Release) -> bytes:
    return pack(release.prefix, release.files)


@functools.lru_cache(maxsize=256)
def _summed(release: Release) -> str:
    names = ((release.prefix + name, sha256(data).digest()) for name, data in release.files)
    return hash1(names)


@functools.lru_cache(maxsize=8)
def _noise(seed: str, size: int) -> bytes:
    return random.Random(seed).randbytes(size)


def _package(module: str) -> str:
    last = re.sub(r"/v[0-9]+$", "", module).rpartition("/")[2]
    return re.sub(r"[^a-z0-9]", "", last.lower())


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Everything that is published: releases in the order in which they came out."""

    releases: tuple[Release, ...]

    def knows(self, module: str) -> bool:
        """Tell whether there is such a module."""
        return any(release.module == module for release in self.releases)

    def versions(self, module: str) -> tuple[str, ...]:
        """List the tagged versions of a module, without pseudo-versions."""
        return tuple(one.version for one in self.of(module) if not is_pseudo(one.version))

    def of(self, module: str) -> tuple[Release, ...]:
        """Give the releases of a module."""
        return tuple(one for one in self.releases if one.module == module)

    def release(self, module: str, version: str) -> Release | None:
        """Give one version of a module."""
        return next((one for one in self.of(module) if one.version == version), None)

    def latest(self, module: str) -> Release | None:
        """Give the last release of a module that is no pre-release, else the last of all."""
        releases = self.of(module)
        finished = [one for one in releases if "-" not in one.version]
        return next(reversed(finished or list(releases)), None)

    def plus(self, *releases: Release) -> Self:
        """Publish more."""
        return replace(self, releases=(*self.releases, *releases))


STABLE = ("github.com/josharian/intern", "v1.0.0")
UPPERCASE = ("github.com/BurntSushi/toml", "v1.3.2")
INCOMPATIBLE = ("github.com/docker/distribution", "v2.8.0+incompatible")
UNTAGGED = ("golang.org/x/exp", "v0.0.0-20240103183307-be819d1f06fc")
LARGE = ("github.com/aws/aws-sdk-go", "v1.45.2")
MISSING = f"{STABLE[0]}/zz-none"
"""Below an existing module, and not a module."""

_TAGGED: tuple[tuple[str, str, str], ...] = (
    ("github.com/josharian/intern", "v1.0.0", "2019-11-30T01:34:51Z"),
    ("github.com/BurntSushi/toml", "v1.2.1", "2022-10-23T10:12:44Z"),
    ("github.com/BurntSushi/toml", "v1.3.0", "2023-05-31T06:36:19Z"),
    ("github.com/BurntSushi/toml", "v1.3.1", "2023-06-05T08:03:21Z"),
    ("github.com/BurntSushi/toml", "v1.3.2", "2023-06-08T06:11:13Z"),
    ("github.com/docker/distribution", "v2.7.1+incompatible", "2019-01-17T23:03:22Z"),
    ("github.com/docker/distribution", "v2.8.0+incompatible", "2022-02-07T23:59:45Z"),
    ("github.com/cespare/xxhash", "v1.1.0", "2018-09-12T05:39:11Z"),
    ("github.com/cespare/xxhash/v2", "v2.2.0", "2022-12-04T02:06:23Z"),
    ("github.com/cespare/xxhash/v2", "v2.3.0", "2024-04-04T20:00:10Z"),
    ("golang.org/x/text", "v0.3.0", "2017-12-14T13:08:43Z"),
    ("golang.org/x/text", "v0.3.8", "2022-10-11T22:01:24Z"),
    ("golang.org/x/text", "v0.13.0", "2023-08-31T15:32:21Z"),
    ("golang.org/x/text", "v0.14.0", "2023-10-11T19:53:16Z"),
)
_TREE: tuple[tuple[str, str, str, tuple[tuple[str, str], ...]], ...] = (
    ("rsc.io/sampler", "v1.3.0", "2018-02-13T19:05:03Z", (("golang.org/x/text", "v0.3.0"),)),
    ("rsc.io/quote", "v1.5.1", "2018-02-14T00:58:40Z", (("rsc.io/sampler", "v1.3.0"),)),
    ("rsc.io/quote", "v1.5.2", "2018-02-14T15:44:20Z", (("rsc.io/sampler", "v1.3.0"),)),
)
_TOOLCHAINS = (
    ("go1.21.0", "2023-08-04T20:14:06Z", ("linux-amd64",)),
    ("go1.26.5", "2025-12-02T16:12:40Z", ("darwin-arm64", "linux-amd64")),
    ("go1.99.3", "2026-01-11T16:30:09Z", ("linux-amd64", "windows-amd64")),
    ("go1.100rc1", "2026-02-10T17:04:52Z", ("linux-amd64",)),
)
"""Some are newer than any go command, which looks nowhere for what it is itself."""
_UNTAGGED = (
    (UNTAGGED[0], "v0.0.0-20231219180239-dc181d75b848"),
    UNTAGGED,
)


def _published() -> Iterable[Release]:
    for module, version, time in _TAGGED:
        yield Release(module=module, version=version, time=time)
    for module, version, time, requires in _TREE:
        yield Release(module=module, version=version, time=time, requires=requires)
    for module, version in _UNTAGGED:
        time = pseudo_time(version).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield Release(module=module, version=version, time=time)
    for go, time, systems in _TOOLCHAINS:
        for system in systems:
            yield Release(module=TOOLCHAIN, version=f"v0.0.1-{go}.{system}", time=time)
    module, version = LARGE
    yield Release(module=module, version=version, time="2023-09-05T18:21:52Z", ballast=4 << 20)


CATALOGUE = Catalogue(tuple(_published()))
"""What every world has."""

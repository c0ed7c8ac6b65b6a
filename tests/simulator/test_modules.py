"""The published modules are of valid form, and always the same."""

import io

import pytest

from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.path import check_path
from goproxy_exporter.gomod.toolchain import MODULE as TOOLCHAIN
from goproxy_exporter.gomod.toolchain import newest
from goproxy_exporter.gomod.version import check_path_version, compare, is_pseudo
from goproxy_exporter.simulator import modules
from goproxy_exporter.simulator.archive import pack
from goproxy_exporter.simulator.modules import CATALOGUE, Catalogue, Release
from goproxy_exporter.simulator.styles.shelf import LARGE

RELEASES = [pytest.param(one, id=one.prefix) for one in CATALOGUE.releases]


@pytest.mark.parametrize("release", RELEASES)
def test_a_release_is_what_the_go_command_accepts(release: Release) -> None:
    """Path, version, .info, archive and go.mod hold by Go's own rules."""
    check_path(release.module)
    check_path_version(release.module, release.version)
    assert parse_info(release.info(origin=True), release.version).version == release.version
    found = inspect(io.BytesIO(release.archive), module=release.module, version=release.version)
    assert found.h1 == release.zip_sum
    assert found.warnings == ()
    assert found.go_mod == (None if release.bare else release.go_mod)


@pytest.mark.parametrize("release", RELEASES)
def test_archives_are_the_same_every_time(release: Release) -> None:
    """Packing again gives the same bytes."""
    assert pack(release.prefix, release.files) == release.archive


def test_there_are_modules_of_every_shape() -> None:
    """Upper case, +incompatible, /v2, untagged, toolchains, large, and one with many versions."""
    names = {release.module for release in CATALOGUE.releases}
    assert any(name != name.lower() for name in names)
    assert any(name.endswith("/v2") for name in names)
    assert any(release.version.endswith("+incompatible") for release in CATALOGUE.releases)
    assert CATALOGUE.versions(modules.UNTAGGED[0]) == ()
    assert CATALOGUE.knows(modules.UNTAGGED[0])
    assert not CATALOGUE.knows(modules.MISSING)
    assert newest(CATALOGUE.versions(TOOLCHAIN)) == "v0.0.1-go1.99.3.linux-amd64"
    large = CATALOGUE.release(*modules.LARGE)
    assert large is not None
    assert len(large.archive) > LARGE
    assert len(CATALOGUE.versions("golang.org/x/text")) > 2


def test_requirements_are_published_too() -> None:
    """Whatever a go.mod requires can be downloaded."""
    for release in CATALOGUE.releases:
        for module, version in release.requires:
            assert CATALOGUE.release(module, version) is not None


def test_the_latest_is_the_highest() -> None:
    """Releases stand in the order in which they came out."""
    for module in {release.module for release in CATALOGUE.releases}:
        latest = CATALOGUE.latest(module)
        assert latest is not None
        assert all(compare(one.version, latest.version) <= 0 for one in CATALOGUE.of(module))


def test_publishing_adds_and_leaves_the_old_catalogue_alone() -> None:
    """A catalogue is a value."""
    new = Release(module="example.com/new", version="v1.0.0-rc1", time="2026-01-01T00:00:00Z")
    more = Catalogue(()).plus(new)
    assert more.latest("example.com/new") == new
    assert not CATALOGUE.knows("example.com/new")
    assert not is_pseudo(new.version)

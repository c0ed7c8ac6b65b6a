"""The newest toolchain of a list; what the go command picks is tested in tests/simulator."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.listing import highest
from goproxy_exporter.gomod.toolchain import FIRST, MODULE, newest
from goproxy_exporter.gomod.version import check_path_version


def version(go: str, system: str = "linux-amd64") -> str:
    return f"v0.0.1-{go}.{system}"


@pytest.mark.parametrize(
    ("listed", "best"),
    [
        (("go1.9.7", "go1.21.0", "go1.20.14"), "go1.21.0"),
        (("go1.27.3", "go1.27.10", "go1.27.9"), "go1.27.10"),
        (("go1.27.0", "go1.27rc1", "go1.28beta1"), "go1.27.0"),
        (("go1.9", "go1.9rc2"), "go1.9"),
        (("go1.27.3", "go1.28.0-custom"), "go1.27.3"),
        (("go2.0.0", "go1.99.0"), "go2.0.0"),
        (("go1.27rc1",), None),
        ((), None),
    ],
)
def test_go_versions_count_not_those_of_modules(listed: tuple[str, ...], best: str | None) -> None:
    """By number, releases alone; to semver, a release candidate would be the highest of all."""
    assert newest(map(version, listed)) == (version(best) if best else None)


def test_other_systems_and_other_versions_do_not_count() -> None:
    """Only linux-amd64 is asked for, and only in the one form that toolchains have."""
    listed = [
        version("go1.27.3", "windows-amd64"),
        version("go1.27.3", "linux-arm64"),
        "v0.0.2-go1.28.0.linux-amd64",
        "v0.0.1-go1.28.0.linux-amd64.x",
        "v0.0.1",
        "v0.0.1-go1.9999999999.0.linux-amd64",
    ]
    assert newest(listed) is None
    assert newest([*listed, FIRST]) == FIRST


def test_to_a_plain_list_they_are_pre_releases() -> None:
    """The usual rule for the highest version would take a candidate for another system."""
    listed = [version("go1.27.3"), version("go1.27rc1", "windows-amd64")]
    assert highest(listed) == listed[1]
    assert newest(listed) == listed[0]
    for one in listed:
        check_path_version(MODULE, one)


@given(st.lists(st.text() | st.from_regex(r"v0\.0\.1-go[0-9]+\.[0-9]+(\.[0-9]+)?\.linux-amd64")))
def test_whatever_is_listed(listed: list[str]) -> None:
    """The answer is one of the list, or none; nothing raises."""
    best = newest(listed)
    assert best is None or best in listed

"""Versions: validity, order, canonical form, pseudo-versions."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import version as semver

numbers = st.integers(0, 10**25).map(str)
identifiers = st.one_of(numbers, st.from_regex(r"[0-9a-z]{0,3}[a-z-][0-9a-z]{0,3}", fullmatch=True))
pre_releases = st.lists(identifiers, max_size=3).map(
    lambda parts: "-" * bool(parts) + ".".join(parts)
)
versions = st.builds(
    "v{}.{}.{}{}{}".format,
    numbers,
    numbers,
    numbers,
    pre_releases,
    st.sampled_from(["", "", "+incompatible", "+meta"]),
)


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed version has the parts that x/mod finds."""
    for case in vectors["canonical_version"]["cases"]:
        text = case["version"]
        assert semver.canonical(text) == case["canonical"], case
        assert semver.major(text) == case["major"]
        assert semver.prerelease(text) == case["prerelease"]
        assert semver.is_pseudo(text) == case["pseudo"]
        assert semver.is_valid(text) == case["valid"]


def test_vectors_of_pseudo_versions(vectors: dict[str, Any]) -> None:
    """Every listed pseudo-version carries that time and revision, or is none."""
    for case in vectors["pseudo_version"]["cases"]:
        text = case["version"]
        assert semver.is_pseudo(text) == case["pseudo"], case
        if not case["pseudo"]:
            with pytest.raises(ProtocolError):
                semver.pseudo_rev(text)
            continue
        assert semver.pseudo_rev(text) == case["rev"]
        if "time" in case:
            assert semver.pseudo_time(text) == datetime.fromisoformat(case["time"])
        else:
            with pytest.raises(ProtocolError, match="malformed time"):
                semver.pseudo_time(text)


def test_vectors_of_order(vectors: dict[str, Any]) -> None:
    """The listed versions sort as semver.Sort sorts them."""
    ascending = vectors["semver_order"]["ascending"]
    descending = ascending[::-1]
    assert sorted(descending, key=semver.sort_key) == ascending


def test_vectors_of_fit(vectors: dict[str, Any]) -> None:
    """Exactly the listed versions fit their paths."""
    for case in vectors["check_path_version"]["cases"]:
        try:
            semver.check_path_version(case["path"], case["version"])
            fits = True
        except ProtocolError:
            fits = False
        assert fits == case["ok"], case


@given(versions, versions, versions)
def test_order_is_total(a: str, b: str, c: str) -> None:
    """Comparing is antisymmetric and transitive, and the key sorts as comparing does."""
    assert semver.compare(a, b) == -semver.compare(b, a)
    if semver.compare(a, b) <= 0 and semver.compare(b, c) <= 0:
        assert semver.compare(a, c) <= 0
    if semver.compare(a, b) < 0:
        assert semver.sort_key(a) < semver.sort_key(b)


@given(versions)
def test_release_is_above_its_pre_releases(text: str) -> None:
    """Leaving out a pre-release raises a version; build metadata changes nothing."""
    bare = text.partition("+")[0]
    release = bare.partition("-")[0]
    assert semver.compare(bare, text) == 0
    assert semver.compare(release, text) == (1 if semver.prerelease(text) else 0)


@given(versions)
def test_canonical_is_stable(text: str) -> None:
    """A canonical version is its own canonical form, and equal in order to what it came from."""
    canonical = semver.canonical(text)
    assert semver.is_canonical(canonical)
    assert semver.compare(canonical, text) == 0


@given(st.integers(0, 10**40), st.integers(0, 10**40))
def test_numbers_have_no_limit(one: int, other: int) -> None:
    """Numbers of any length order as numbers."""
    assert semver.compare(f"v{one}.0.0", f"v{other}.0.0") == (one > other) - (one < other)


def test_very_long_numbers() -> None:
    """Numbers of more digits than a character can count order too."""
    short, long = "9" * 60_000, "1" + "0" * 60_000
    assert semver.compare(f"v1.{short}.0", f"v1.{long}.0") == -1
    assert semver.compare("v1.9.0", f"v1.{short}.0") == -1


@given(
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 - made UTC below
    st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    st.sampled_from(["v0.0.0-{}-{}", "v1.2.4-0.{}-{}", "v1.2.3-pre.0.{}-{}+incompatible"]),
)
def test_pseudo_version_round_trip(when: datetime, revision: str, form: str) -> None:
    """A pseudo-version gives back the time and revision it was made of."""
    when = when.replace(microsecond=0, tzinfo=UTC)
    stamp = f"{when.year:04}{when:%m%d%H%M%S}"
    text = form.format(stamp, revision)
    assert semver.pseudo_time(text) == when
    assert semver.pseudo_rev(text) == revision


@given(st.text())
def test_nothing_but_protocol_errors(text: str) -> None:
    """Whatever the text, the only error is ProtocolError, and what is no version is least."""
    for call in (semver.pseudo_time, semver.pseudo_rev):
        with pytest.raises(ProtocolError):
            call(text)
    assert semver.compare(text, "v0.0.0-0") == (-1 if not semver.is_valid(text) else 1)


def test_hostile_versions_are_quick() -> None:
    """A version made to make a pattern backtrack is read in time linear in its length."""
    for text in (
        "v1.0.0-" + "1." * 500_000 + "!",
        "v1.0.0-" + "1" * 10**6 + "!",
        "v" + "1" * 10**6,
    ):
        assert not semver.is_pseudo(text)

"""Version lists."""

import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.listing import decider, highest, parse_list
from goproxy_exporter.gomod.version import is_pseudo, is_valid, sort_key

PSEUDO = "v0.0.0-20191109021931-daa7c04131f5"


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed body gives the versions that go keeps."""
    for case in vectors["list_body"]["cases"]:
        assert list(parse_list(case["body"].encode()).versions) == case["kept"], case


def test_what_is_passed_over() -> None:
    """Whatever go overlooks in a list is counted."""
    listing = parse_list(b"v1.0.0\r\nv1.0.0\n<html>\n" + PSEUDO.encode() + b"\n\0\0\nv2.0.0 x\n\n")
    assert listing.versions == ("v1.0.0", "v2.0.0")
    assert listing.duplicates == 1
    assert listing.dropped == 2
    assert listing.pseudo == 1
    assert listing.nul
    assert listing.crlf
    assert listing.columns


def test_a_clean_list() -> None:
    """A list as mirrors should send it has nothing to remark."""
    listing = parse_list(b"v1.1.0\nv1.0.0\n")
    assert listing.versions == ("v1.0.0", "v1.1.0")
    assert (listing.dropped, listing.duplicates, listing.pseudo) == (0, 0, 0)
    assert (listing.nul, listing.crlf, listing.columns) == (False, False, False)


lines = st.one_of(
    st.sampled_from([b"v1.0.0", b"v1.2.0-rc.1", b"v2.0.0+incompatible", b"v1.0", PSEUDO.encode()]),
    st.binary(max_size=8),
)


@given(st.lists(lines, max_size=8).map(b"\n".join))
def test_any_bytes(body: bytes) -> None:
    """Any body is read; what is kept is valid, sorted, unique and not pseudo; no line gets lost."""
    listing = parse_list(body)
    assert list(listing.versions) == sorted(set(listing.versions), key=sort_key)
    assert all(is_valid(version) and not is_pseudo(version) for version in listing.versions)
    seen = len(listing.versions) + listing.duplicates + listing.dropped + listing.pseudo
    assert seen <= body.count(b"\n") + 1


@given(st.lists(st.sampled_from(["v1.0.0", "v1.2.0-rc.1", "v0.9.0", "v1.0", "x", "v3.0.0-a"])))
def test_order_and_line_ends_do_not_matter(versions: list[str]) -> None:
    """The same lines in another order, or with CRLF, give the same versions."""
    plain = parse_list("\n".join(versions).encode())
    other = parse_list("\r\n".join(reversed(versions)).encode())
    assert plain.versions == other.versions
    assert plain.dropped == other.dropped


@pytest.mark.parametrize(
    ("versions", "best"),
    [
        ((), None),
        (("v1.0.0", "v1.1.0", "v1.2.0-rc.1"), "v1.1.0"),
        (("v0.1.0-alpha", "v0.1.0-beta"), "v0.1.0-beta"),
        (("v1.10.0", "v1.9.0"), "v1.10.0"),
        (("v1.0.0", "v2.0.0+incompatible"), "v2.0.0+incompatible"),
    ],
)
def test_highest(versions: tuple[str, ...], best: str | None) -> None:
    """The highest release is the latest version; without a release, the highest pre-release."""
    assert highest(versions) == best


def test_highest_beside_a_go_mod() -> None:
    """Incompatible versions do not count beside others that have a go.mod, and alone they do."""
    mixed = ("v1.0.0-rc.1", "v2.0.0+incompatible")
    assert highest(mixed, incompatible=False) == "v1.0.0-rc.1"
    assert highest(mixed[1:], incompatible=False) == "v2.0.0+incompatible"


@pytest.mark.parametrize(
    ("versions", "read"),
    [
        ((), None),
        (("v1.0.0", "v1.1.0"), None),
        (("v2.0.0+incompatible",), None),
        (("v2.0.0+incompatible", "v1.0.0", "v1.1.0-rc.1"), "v1.1.0-rc.1"),
        (("v1.0.0", "v2.0.0+incompatible", "v2.1.0", "v3.0.0+incompatible"), "v1.0.0"),
        (("v1.999.0+meta", "v1.0.0", "v2.8.0+incompatible"), "v1.999.0+meta"),
    ],
)
def test_decider(versions: tuple[str, ...], read: str | None) -> None:
    """Of two neighbours the first of which is plain, and the second the first that is not."""
    assert decider(versions) == read


def test_highest_without_retracted() -> None:
    """A retracted version is not picked."""
    assert highest(("v1.0.0", "v1.1.0"), retracted={"v1.1.0"}) == "v1.0.0"


@pytest.mark.parametrize(
    "body",
    [
        b"v1.2.3\n" * 1_200_000,
        b"v1.2.3\r\n" * 1_000_000,
        b"<html>\n" * 1_200_000,
        b"\xc3\xa9 v1.2.3\n" * 400_000,
        b"v" + b"1" * (8 << 20),
        b"v1.0.0-" + b"1.a." * (2 << 20),
    ],
    ids=["same", "crlf", "html", "accents", "digits", "identifiers"],
)
def test_largest_lists_are_quick(body: bytes) -> None:
    """A list at the limit of 8 MiB costs about a second of CPU, a few where every line is counted."""
    began = time.process_time()
    parse_list(body)
    assert time.process_time() - began < 8

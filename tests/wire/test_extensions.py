"""Extensions as Go's parser takes and refuses them."""

import pytest

from goproxy_exporter.simulator.keys import element, sequence
from goproxy_exporter.wire.der import MalformedError, oid
from goproxy_exporter.wire.extensions import Extensions, Names, read_extensions

NAMES, BASIC, USAGE = oid("2.5.29.17"), oid("2.5.29.19"), oid("2.5.29.15")
SUBJECT_KEY, AUTHORITY_KEY = oid("2.5.29.14"), oid("2.5.29.35")
EXTENDED, ACCESS, LIMITS = oid("2.5.29.37"), oid("1.3.6.1.5.5.7.1.1"), oid("2.5.29.30")
POLICIES, MAPPINGS, POINTS = oid("2.5.29.32"), oid("2.5.29.33"), oid("2.5.29.31")
POLICY_LIMITS, NO_ANY_POLICY = oid("2.5.29.36"), oid("2.5.29.54")
NOTHING = sequence()
ONE = element(0x02, b"\x01")
SOME_ID = element(0x06, oid("1.2.3.4"))


def dns(name: bytes) -> bytes:
    return sequence(element(0x82, name))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        (NAMES, dns(b"a.test"), Extensions(names=Names(dns=("a.test",)))),
        (NAMES, NOTHING, Extensions(names=Names())),
        (BASIC, NOTHING, Extensions(basic=True)),
        (
            BASIC,
            sequence(element(1, b"\xff"), ONE),
            Extensions(basic=True, authority=True, longest_path=1),
        ),
        (BASIC, sequence(element(2, b"\x00")), Extensions(basic=True, longest_path=0)),
        (USAGE, element(3, b"\x07\x80"), Extensions(key_usage=1)),
        (USAGE, element(3, b"\x02\x04"), Extensions(key_usage=1 << 5)),
        (USAGE, element(3, b"\x07\x00\x80"), Extensions(key_usage=1 << 8)),
        (SUBJECT_KEY, element(4, b"id"), Extensions(subject_key=b"id")),
        (AUTHORITY_KEY, sequence(element(0x80, b"id")), Extensions(authority_key=b"id")),
        (AUTHORITY_KEY, NOTHING, Extensions()),
        (EXTENDED, sequence(SOME_ID), Extensions(usages=frozenset({oid("1.2.3.4")}))),
        (POLICIES, sequence(sequence(SOME_ID)), Extensions()),
        (MAPPINGS, sequence(sequence(SOME_ID, SOME_ID)), Extensions()),
        (POLICY_LIMITS, sequence(element(0x80, b"\x00")), Extensions()),
        (NO_ANY_POLICY, ONE, Extensions()),
        (
            POINTS,
            sequence(sequence(element(0xA0, element(0xA0, element(0x86, b"u"))))),
            Extensions(),
        ),
        (ACCESS, sequence(sequence(SOME_ID, element(0x86, b"u"))), Extensions()),
        (
            ACCESS,
            sequence(sequence(element(6, oid("1.3.6.1.5.5.7.48.2")), element(0x86, b"u"))),
            Extensions(issuer_published=True),
        ),
        (oid("1.2.3"), b"anything", Extensions()),
    ],
)
def test_what_is_read(name: bytes, value: bytes, expected: Extensions) -> None:
    """Each extension by itself, and nothing else changes with it."""
    assert read_extensions({name: (False, value)}) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (NAMES, b""),
        (NAMES, dns(b"\xff.test")),
        (NAMES, sequence(element(0x87, b"\x00" * 5))),
        (NAMES, sequence(element(0x87, b"\x00" * 10 + b"\xff\xff" + b"\x7f\x00\x00\x01"))),
        (BASIC, sequence(element(1, b"\x01"))),
        (BASIC, sequence(element(2, b"\xff"))),
        (BASIC, sequence(element(2, b"\x00" + b"\xff" * 8))),
        (USAGE, element(3, b"")),
        (SUBJECT_KEY, b"id"),
        (AUTHORITY_KEY, b""),
        (EXTENDED, b""),
        (EXTENDED, sequence(element(6, b""))),
        (POLICIES, sequence(sequence(SOME_ID), sequence(SOME_ID))),
        (POLICIES, sequence(SOME_ID)),
        (MAPPINGS, sequence(sequence(SOME_ID))),
        (POLICY_LIMITS, sequence(element(0x80, b""))),
        (NO_ANY_POLICY, NOTHING),
        (POINTS, sequence(ONE)),
        (ACCESS, sequence(sequence(ONE))),
        (LIMITS, NOTHING),
        (LIMITS, sequence(element(0xA0, sequence(element(0x82, b"a..b"))))),
        (
            LIMITS,
            sequence(element(0xA0, sequence(element(0x82, b"a.")))),
        ),
        (LIMITS, sequence(element(0xA0, sequence(element(0x82, b"\xff"))))),
        (LIMITS, sequence(element(0xA1, sequence(element(0x87, b"\x0a\0\0\0\xff\0\xff\0"))))),
        (LIMITS, sequence(element(0xA1, sequence(element(0x87, b"\x0a\0\0\0"))))),
        (LIMITS, sequence(element(0xA0, sequence(element(0x82, b"a")))) + b"\0"),
    ],
)
def test_what_is_refused(name: bytes, value: bytes) -> None:
    """What Go's parser cannot read costs the whole certificate."""
    with pytest.raises(MalformedError):
        read_extensions({name: (False, value)})


@pytest.mark.parametrize(
    ("name", "value"),
    [(SUBJECT_KEY, element(4, b"id")), (AUTHORITY_KEY, NOTHING), (ACCESS, NOTHING)],
)
def test_what_must_never_be_critical(name: bytes, value: bytes) -> None:
    """Three extensions that Go refuses if they are marked critical."""
    assert not read_extensions({name: (False, value)}).unhandled
    with pytest.raises(MalformedError, match="critical"):
        read_extensions({name: (True, value)})


@pytest.mark.parametrize(
    ("name", "value", "handled"),
    [
        (oid("1.2.3"), b"", False),
        (NAMES, NOTHING, False),
        (NAMES, dns(b"a.test"), True),
        (BASIC, NOTHING, True),
        (POLICIES, NOTHING, True),
        (LIMITS, sequence(element(0xA0, sequence(element(0x82, b"a")))), True),
        (LIMITS, sequence(element(0xA0, sequence(element(0xA4, NOTHING)))), False),
    ],
)
def test_critical_and_unknown(name: bytes, value: bytes, handled: bool) -> None:
    """What is critical must be understood; empty names and odd constraints are not."""
    assert read_extensions({name: (True, value)}).unhandled is not handled
    assert not read_extensions({name: (False, value)}).unhandled

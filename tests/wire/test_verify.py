"""The rules of verification that no server on loopback shows by itself."""

import time
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.model.exchange import FailureKind as K
from goproxy_exporter.simulator.certificates import Authority, Issued
from goproxy_exporter.wire.extensions import Extensions, Names
from goproxy_exporter.wire.judgement import judged
from goproxy_exporter.wire.objection import Reason
from goproxy_exporter.wire.parsed import Parsed, parse
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.public_key import KeyKind, PublicKey
from goproxy_exporter.wire.signature import Flaw, flaw
from goproxy_exporter.wire.verify import MOST_SIGNATURES, verify

HOST = "mirror.test"


def parsed(found: Authority | Issued) -> Parsed:
    return parse(found.certificate.public_bytes(Encoding.DER))


@pytest.fixture
def family() -> tuple[Parsed, Parsed, Parsed]:
    """Leaf, intermediate and root."""
    root = Authority.create()
    middle = root.subordinate()
    return parsed(middle.issue([HOST])), parsed(middle), parsed(root)


def test_an_old_certificate_without_marks_is_a_root_but_no_intermediate(
    family: tuple[Parsed, Parsed, Parsed],
) -> None:
    """Version 1 has no basic constraints: Go trusts it as an anchor and nowhere else."""
    leaf, middle, root = family
    old = replace(middle, version=1, extensions=Extensions())
    assert verify([leaf], Pool([old]), HOST, time.time()).chains == ((leaf, old),)
    found = verify([leaf, old], Pool([root]), HOST, time.time()).objection
    assert found is not None
    assert found.reason is Reason.INVALID
    assert verify([leaf, middle], Pool([root]), HOST, time.time()).chains


def test_constraints_hold_for_intermediates_names_too() -> None:
    """A root's constraints are about every name below it, not the leaf's alone."""
    root = Authority.create(permitted=["test"])
    middle = root.subordinate()
    leaf, named = parsed(middle.issue([HOST])), parsed(middle)
    for dns, accepted in ((("a.test",), True), (("a.example",), False)):
        extensions = replace(named.extensions, names=Names(dns=dns))
        above = replace(named, extensions=extensions)
        proof = verify([leaf, above], Pool([parsed(root)]), HOST, time.time())
        assert bool(proof.chains) is accepted


@pytest.mark.parametrize(
    ("names", "accepted"),
    [
        (Names(dns=(HOST,), uris=("https://a.test/x",)), True),
        (Names(dns=(HOST,), uris=("spiffe://cluster/ns",)), False),
        (Names(dns=(HOST,), uris=("urn:uuid:1",)), False),
        (Names(dns=(HOST,), uris=("https://127.0.0.1/",)), False),
        (Names(dns=(HOST,), uris=("https://[::1",)), False),
        (Names(dns=(HOST,), emails=("a@a.test",)), True),
        (Names(dns=(HOST,), emails=("a@A.TEST",)), True),
        (Names(dns=(HOST,), emails=("b@exact.example",)), True),
        (Names(dns=(HOST,), emails=("c@exact.example",)), False),
        (Names(dns=(HOST,), emails=("a@other",)), False),
    ],
)
def test_constraints_on_uris_and_mailboxes(
    family: tuple[Parsed, Parsed, Parsed], names: Names, accepted: bool
) -> None:
    """A URI is judged by its host and needs one; a mailbox by its domain, or as a whole."""
    leaf, _, root = family
    middle = Authority.create().subordinate(permitted=["test"])
    limits = parsed(middle).extensions.constraints
    assert limits is not None
    permitted = replace(
        limits.permitted, uris=("test",), emails=("test", "b@exact.example"), dns=("test",)
    )
    constraints = replace(limits, permitted=permitted)
    proof = verify(
        [
            replace(leaf, extensions=replace(leaf.extensions, names=names)),
            replace(family[1], extensions=replace(family[1].extensions, constraints=constraints)),
        ],
        Pool([root]),
        HOST,
        time.time(),
    )
    assert bool(proof.chains) is accepted


def test_weak_and_huge_keys(family: tuple[Parsed, Parsed, Parsed]) -> None:
    """A signature by a small RSA key does not count; a huge key anywhere ends the handshake."""
    root = Authority.create(key="rsa-1024")
    leaf = parsed(root.issue([HOST]))
    key = parsed(root).key
    assert flaw(key, leaf.algorithm, leaf.tbs, leaf.signature) is None
    weak = replace(key, bits=1023)
    assert flaw(weak, leaf.algorithm, leaf.tbs, leaf.signature) is Flaw.WEAK_KEY
    failure, _ = judged([leaf], Pool([replace(parsed(root), key=weak)]), HOST, time.time())
    assert failure is not None
    assert (failure.kind, failure.fact) == (K.TLS_UNTRUSTED, "weak_key")
    huge = replace(family[1], key=PublicKey(KeyKind.RSA, 8193, b""))
    failure, _ = judged([family[0], huge], Pool([family[2]]), HOST, time.time())
    assert failure is not None
    assert failure.kind is K.TLS_HANDSHAKE


def test_a_key_of_an_unknown_kind_ends_the_handshake(
    family: tuple[Parsed, Parsed, Parsed],
) -> None:
    """Go verifies the chain and then has no use for the key."""
    leaf, middle, root = family
    odd = replace(leaf, key=PublicKey(KeyKind.OTHER, 0, b""))
    failure, until = judged([odd, middle], Pool([root]), HOST, time.time())
    assert failure is not None
    assert (failure.kind, until) == (K.TLS_HANDSHAKE, None)


def test_the_likeliest_issuer_comes_first() -> None:
    """Matching key identifiers, then one missing, then different ones."""
    twins = [Authority.create("Twin") for _ in range(2)]
    leaf = parsed(twins[1].issue([HOST]))
    other, right = map(parsed, twins)
    bare = replace(other, raw=b"", extensions=replace(other.extensions, subject_key=b""))
    assert Pool([other, bare, right]).issuers(leaf) == [right, bare, other]
    assert Pool([other]).issuers(right) == [other]
    assert len(Pool([other, other])) == 1


def test_no_authority_twice_in_a_chain() -> None:
    """Two authorities that vouch for each other give a chain with each of them once."""
    root = Authority.create()
    left, right = root.subordinate("Left"), root.subordinate("Right")
    presented = [
        parsed(one)
        for one in (left.issue([HOST]), left.crossed(right), right.crossed(left), right, left)
    ]
    proof = verify(presented, Pool([parsed(root)]), HOST, time.time())
    assert len(proof.chains) == 2
    for chain in proof.chains:
        assert len({one.subject for one in chain}) == len(chain)


def test_a_thicket_of_authorities_is_given_up() -> None:
    """However many certificates are presented, the work is bounded as in Go."""
    stray = Authority.create("Thicket")
    thicket = [stray] + [
        stray.crossed(Authority.create("Thicket")) for _ in range(3 * MOST_SIGNATURES)
    ]
    presented = [parsed(stray.issue([HOST])), *map(parsed, thicket)]
    began = time.thread_time()
    assert verify(presented, Pool(), HOST, time.time()).objection is not None
    assert time.thread_time() - began < 2

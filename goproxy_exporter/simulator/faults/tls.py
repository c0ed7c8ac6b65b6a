"""Faults of certificates and handshakes."""

import ssl
import warnings
from collections.abc import Sequence
from datetime import timedelta
from typing import Unpack

from goproxy_exporter.simulator.certificates import Authority, Issued, Variant, self_signed
from goproxy_exporter.simulator.conduct import (
    Authorities,
    Conduct,
    Fault,
    Greeting,
    Identity,
    Limit,
)

_DAY = timedelta(days=1)
_ELSEWHERE = ("elsewhere.sim.test", "192.0.2.1")


def _leaf(**variant: Unpack[Variant]) -> Identity:
    """Present a leaf that differs in this way."""
    return lambda authorities, names: authorities.issuing.issue(names, **variant)


def _below(**variant: Unpack[Variant]) -> Identity:
    """Present a good leaf below an intermediate that differs in this way."""

    def identity(authorities: Authorities, names: Sequence[str]) -> Issued:
        return authorities.trusted.subordinate("Simulated Other", **variant).issue(names)

    return identity


def _for(*others: str) -> Identity:
    """Present a good leaf for other names."""
    return lambda authorities, _names: authorities.issuing.issue(others)


def _foreign(_: Authorities, names: Sequence[str]) -> Issued:
    return Authority.create("Foreign Root").subordinate("Foreign Intermediate").issue(names)


def _lonely(authorities: Authorities, names: Sequence[str]) -> Issued:
    return authorities.issuing.issue(names).presenting()


def _alone(_: Authorities, names: Sequence[str]) -> Issued:
    return self_signed(names)


def _old(context: ssl.SSLContext) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # being deprecated is the point
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def _odd(context: ssl.SSLContext) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-CCM:ECDHE-ECDSA-CAMELLIA128-SHA256:@SECLEVEL=0")


def _only_12(context: ssl.SSLContext) -> None:
    context.maximum_version = ssl.TLSVersion.TLSv1_2


def _only_13(context: ssl.SSLContext) -> None:
    context.minimum_version = ssl.TLSVersion.TLSv1_3


def _certificate(code: str, variant: str, meaning: str, identity: Identity) -> Fault:
    return Fault(f"{code}{variant}", meaning, code, here=Conduct(identity=identity))


def _handshake(
    variant: str,
    meaning: str,
    *,
    greeting: Greeting | None = None,
    limit: Limit | None = None,
    identity: Identity | None = None,
) -> Fault:
    here = Conduct(greeting=greeting, limit=limit, identity=identity)
    return Fault(f"tls.handshake{variant}", meaning, "tls.handshake", here=here)


TLS = (
    _certificate(
        "tls.expired", "", "the leaf ended yesterday", _leaf(begins=-9 * _DAY, ends=-_DAY)
    ),
    _certificate(
        "tls.expired",
        "/issuer",
        "the intermediate ended yesterday",
        _below(begins=-9 * _DAY, ends=-_DAY),
    ),
    _certificate("tls.not_yet_valid", "", "the leaf begins tomorrow", _leaf(begins=_DAY)),
    _certificate(
        "tls.not_yet_valid", "/issuer", "the intermediate begins tomorrow", _below(begins=_DAY)
    ),
    _certificate("tls.wrong_host", "", "the leaf is for another name", _for(*_ELSEWHERE)),
    _certificate(
        "tls.wrong_host",
        "/no_san",
        "the name is in the common name alone",
        _leaf(alternative=False),
    ),
    _certificate(
        "tls.wrong_host",
        "/wildcard",
        "the wildcard reaches one label too far down",
        _for("*.edge.sim.test"),
    ),
    _certificate("tls.untrusted", "", "the root is one that nobody knows", _foreign),
    _certificate("tls.untrusted", "/self_signed", "the leaf vouches for itself alone", _alone),
    _certificate(
        "tls.untrusted", "/missing_intermediate", "the intermediate is not presented", _lonely
    ),
    _certificate(
        "tls.untrusted", "/sha1_signature", "the leaf is signed with SHA-1", _leaf(digest="sha1")
    ),
    _certificate(
        "tls.untrusted",
        "/wrong_key_usage",
        "the leaf is for clients alone",
        _leaf(usages=("client",)),
    ),
    _certificate(
        "tls.untrusted", "/not_a_ca", "the intermediate may sign nothing", _below(ca=False)
    ),
    _handshake("", "the server answers with the alert handshake_failure", greeting=Greeting.ALERT),
    _handshake("/protocol_too_old", "the server knows TLS 1.0 and 1.1 alone", limit=_old),
    _handshake("/no_common_cipher", "the server knows ciphers that go has not", limit=_odd),
    _handshake(
        "/weak_key", "the certificate has an RSA key of 768 bits", identity=_leaf(key="rsa-768")
    ),
    _handshake(
        "/plain_http", "the server behind https:// speaks plain HTTP", greeting=Greeting.PLAIN
    ),
    _handshake("/garbage", "the server speaks something else", greeting=Greeting.GARBAGE),
    _certificate("tls.expiring", "", "the leaf ends in five days", _leaf(ends=5 * _DAY)),
    _certificate(
        "tls.expiring", "/issuer", "the intermediate ends in five days", _below(ends=5 * _DAY)
    ),
    Fault("healthy/tls12", "TLS 1.2 at most", None, here=Conduct(limit=_only_12)),
    Fault("healthy/tls13", "TLS 1.3 at least", None, here=Conduct(limit=_only_13)),
    Fault(
        "healthy/tls-rsa",
        "an RSA certificate straight from the root",
        None,
        here=Conduct(identity=lambda known, names: known.trusted.issue(names, key="rsa-2048")),
    ),
    Fault(
        "healthy/tls-wildcard",
        "a wildcard certificate, and the addresses",
        None,
        here=Conduct(
            identity=lambda known, names: known.issuing.issue(("*.sim.test", *names[1:])),
        ),
    ),
)

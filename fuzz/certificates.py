"""What is said of certificates that a stranger presents?"""

from collections.abc import Iterable
from datetime import timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from goproxy_exporter.simulator.certificates import Authority, Issued, Variant
from goproxy_exporter.wire.parsed import parse
from goproxy_exporter.wire.pool import Pool
from goproxy_exporter.wire.verdicts import Verdicts

_HOST = "mirror.example"
_NAMES = (_HOST, "*.mirror.example", "192.0.2.1")
_VARIANTS: tuple[Variant, ...] = (
    {},
    {"key": "rsa-2048"},
    {"digest": "sha1"},
    {"digest": "pss-sha256"},
    {"alternative": False},
    {"permitted": (_HOST, "192.0.2.0/24")},
    {"excluded": ("other.example",)},
    {"critical_unknown": True},
    {"ca": True, "path_length": 1},
    {"ends": timedelta(days=-1)},
)


def _der(issued: Issued) -> bytes:
    return issued.certificate.public_bytes(Encoding.DER)


_AUTHORITY = Authority.create(key="rsa-2048")
_ROOT = parse(_AUTHORITY.certificate.public_bytes(Encoding.DER))
_GOOD = _AUTHORITY.issue(_NAMES)
_NOW = _GOOD.certificate.not_valid_before_utc.timestamp() + 86_400
"""A day into its life."""


def judged(der: bytes) -> object:
    """Judge it as a leaf alone, and as what is presented behind a good one."""
    verdicts = Verdicts(Pool([_ROOT]))
    alone = verdicts.of((der,), _HOST, _NOW)
    behind = verdicts.of((_der(_GOOD), der), _HOST, _NOW)
    return [
        (verdict.failure and verdict.failure.detail.encode(), verdict.described)
        for verdict in (alone, behind)
    ]


def seeds() -> Iterable[bytes]:
    """Give a good certificate and some with a peculiarity each."""
    for variant in _VARIANTS:
        yield _der(_AUTHORITY.issue(_NAMES, **variant))
    yield _ROOT.raw

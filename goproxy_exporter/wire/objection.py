"""What does Go hold against a chain of certificates?"""

from dataclasses import dataclass
from enum import StrEnum

from goproxy_exporter.wire.signature import Flaw


class Reason(StrEnum):
    """What Go holds against a chain."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not yet valid"
    WRONG_HOST = "wrong host"
    UNKNOWN_AUTHORITY = "signed by unknown authority"
    WRONG_USAGE = "incompatible key usage"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a chain proves nothing. `flaw` is of the signature that broke the chain, if one did."""

    reason: Reason
    words: str
    flaw: Flaw | None = None

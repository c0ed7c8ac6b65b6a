"""Whose fault may a cause be?"""

from goproxy_exporter.model.cause import LAWS, Code, Stage
from goproxy_exporter.model.names import Blame

_SENDER = (Blame.MIRROR, Blame.REDIRECT_TARGET)
"""Whoever sent the answer."""
_ANYBODY = (*_SENDER, Blame.UPSTREAM, Blame.NETWORK, Blame.CONFIGURATION)
"""Whoever would be blamed for the same answer about something else."""

_BY_STAGE: dict[Stage, tuple[Blame, ...]] = {
    Stage.DNS: (Blame.NETWORK,),
    Stage.TRANSPORT: _SENDER,
    Stage.TLS: (Blame.MIRROR,),
    Stage.REDIRECT: _SENDER,
    Stage.HTTP: _SENDER,
    Stage.ENCODING: _SENDER,
    Stage.SEMANTICS: (Blame.MIRROR,),
    Stage.INTEGRITY: _SENDER,
    Stage.SUMDB: (Blame.MIRROR,),
    Stage.QUALITY: (Blame.MIRROR,),
}
_BY_CODE: dict[Code, tuple[Blame, ...]] = {
    Code.DNS_NXDOMAIN: (Blame.MIRROR,),
    Code.TRANSPORT_REFUSED: (Blame.MIRROR,),
    Code.TRANSPORT_UNREACHABLE: (Blame.NETWORK,),
    Code.TRANSPORT_TIMEOUT: (*_SENDER, Blame.NETWORK),
    Code.TRANSPORT_PLAINTEXT: (Blame.CONFIGURATION,),
    Code.TLS_EXPIRING: _SENDER,
    Code.REDIRECT_TARGET_DENIED: (Blame.REDIRECT_TARGET,),
    Code.REDIRECT_TARGET_UNREACHABLE: (Blame.REDIRECT_TARGET,),
    Code.HTTP_401_CREDENTIALS: (Blame.CONFIGURATION,),
    Code.HTTP_403_POLICY: (Blame.MIRROR,),
    Code.SEMANTICS_MASKED_UPSTREAM_FAILURE: (Blame.UPSTREAM,),
    Code.MODULE_MISSING: _SENDER,
    Code.SUMDB_UNREACHABLE: (Blame.DATABASE,),
    Code.SUMDB_SUPPORTED_ERROR: _ANYBODY,
    Code.SUMDB_HALF_PROXIED: _ANYBODY,
    Code.SUMDB_LOOKUP_STALE: _SENDER,
    Code.ENCODING_CASE: _ANYBODY,
    Code.ENCODING_PLUS: _ANYBODY,
    Code.TOOLCHAIN_UNAVAILABLE: _ANYBODY,
    Code.PERF_SLOW_FIRST_BYTE: _SENDER,
    Code.PERF_SLOW_THROUGHPUT: _SENDER,
}


def blamed(code: Code) -> tuple[Blame, ...]:
    """Give who an instance of a code at a mirror may be laid to, the usual one first.

    Of a checksum database's own causes, what would be the mirror's is the database's.
    """
    return _BY_CODE.get(code) or _BY_STAGE[LAWS[code].stage]

"""Which codes does a run of a check look for?"""

from dataclasses import replace

from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.mirror import Access, Canaries, Canary, Check, Mirror
from goproxy_exporter.model.names import CheckName
from goproxy_exporter.model.scope import CODES_OF_CHECK, checks_for, codes_of

STABLE = Canary(module="example.com/a", version="v1.0.0")
MISSING = Canary(module="example.com/a/zz-none")


PLAIN = Canaries(stable=(STABLE,), missing=MISSING)


def check(name: CheckName, *, http2: bool = False, chosen: Canaries = PLAIN) -> Check:
    mirror = Mirror(
        name="m", url="https://m.example", access=Access(), canaries=chosen, require_http2=http2
    )
    return Check(name=name, mirror=mirror, interval=60.0, timeout=10.0)


def test_every_check_says_what_it_looks_for() -> None:
    """A new check has to be entered in the table."""
    assert set(CODES_OF_CHECK) == set(CheckName)


def test_every_code_is_looked_for_by_some_check() -> None:
    """A code that no check looks for could never be shown to be absent."""
    full = replace(
        PLAIN,
        uppercase=Canary(module="example.com/B", version="v1.0.0"),
        incompatible=Canary(module="example.com/c", version="v2.0.0+incompatible"),
        untagged=Canary(module="example.com/d"),
        fresh_from_index=True,
    )
    checks = [check(name, http2=True, chosen=full) for name in CheckName]
    looked_for = {code for each in checks for code in codes_of(each)}
    assert looked_for == set(Code)


def test_what_a_mirror_has_no_canary_for_is_not_looked_for() -> None:
    """Without an upper-case canary nobody can say that upper case works."""
    upper = Canary(module="example.com/B", version="v1.0.0")
    assert Code.ENCODING_CASE in codes_of(
        check(CheckName.ENCODING, chosen=replace(PLAIN, uppercase=upper))
    )
    without = codes_of(check(CheckName.ENCODING))
    assert without.isdisjoint({Code.ENCODING_CASE, Code.ENCODING_PLUS})
    assert Code.HTTP2_UNAVAILABLE not in codes_of(check(CheckName.ENDPOINTS))


def test_who_looks_for_a_code() -> None:
    """Also where that takes a setting."""
    assert checks_for(Code.ENCODING_CASE) == {CheckName.ENCODING}
    assert checks_for(Code.TOOLCHAIN_UNAVAILABLE) == {CheckName.TOOLCHAIN}
    assert CheckName.ENDPOINTS in checks_for(Code.HTTP2_UNAVAILABLE)
    for name in CheckName:
        assert all(name in checks_for(code) for code in codes_of(check(name)))

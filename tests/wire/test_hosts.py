"""The hosts file and resolv.conf, as Go reads them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.wire.hosts import (
    NOBODY_NAMED,
    ResolvConf,
    SystemFile,
    is_literal,
    parse_hosts,
    parse_resolv_conf,
)


def test_a_hosts_file() -> None:
    """Aliases, case, trailing dots, comments, several lines for a name, and rubbish."""
    text = """
    127.0.0.1 localhost Mirror.Test. # the loopback
    ::1\tlocalhost ip6
    #127.0.0.9 localhost
    not-an-address localhost
    127.0.0.1 localhost
    127.0.0.2
    fe80::1%lo0 link
    """
    assert parse_hosts(text) == {
        "localhost": ("127.0.0.1", "::1"),
        "mirror.test": ("127.0.0.1",),
        "ip6": ("::1",),
        "link": ("fe80::1%lo0",),
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ResolvConf(NOBODY_NAMED, (), 1)),
        ("nameserver 10.0.0.1", ResolvConf(("10.0.0.1",), (), 1)),
        ("nameserver a\nnameserver b\nnameserver c\nnameserver d", ResolvConf(("a", "b", "c"))),
        ("search a.test. b.test .", ResolvConf(suffixes=("a.test", "b.test"))),
        ("search a.test\ndomain b.test", ResolvConf(suffixes=("b.test",))),
        ("domain b.test\nsearch a.test c.test", ResolvConf(suffixes=("a.test", "c.test"))),
        ("options timeout:2 ndots:5 rotate", ResolvConf(ndots=5)),
        ("options ndots:99", ResolvConf(ndots=15)),
        ("options ndots:x ndots:", ResolvConf()),
        ("# search x\n; nameserver y\nnameserver z # w", ResolvConf(("z",))),
        ("search " + " ".join("abcdefghi"), ResolvConf(suffixes=tuple("abcdef"))),
    ],
)
def test_resolv_conf(text: str, expected: ResolvConf) -> None:
    """What counts is read, within the usual bounds; the last of search and domain wins."""
    assert parse_resolv_conf(text) == expected


@pytest.mark.parametrize(
    ("host", "ndots", "names"),
    [
        ("athens", 1, ("athens.a.test", "athens.b.test", "athens")),
        ("goproxy.cn", 1, ("goproxy.cn", "goproxy.cn.a.test", "goproxy.cn.b.test")),
        ("goproxy.cn", 5, ("goproxy.cn.a.test", "goproxy.cn.b.test", "goproxy.cn")),
        ("athens.", 1, ("athens.",)),
        ("athens", 0, ("athens", "athens.a.test", "athens.b.test")),
    ],
)
def test_the_order_of_names(host: str, ndots: int, names: tuple[str, ...]) -> None:
    """Names with enough dots are asked for as they are first, short ones last."""
    assert ResolvConf(suffixes=("a.test", "b.test"), ndots=ndots).names(host) == names


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    """No file makes the parsers fail, and every address they give is one."""
    parse_resolv_conf(text)
    assert all(is_literal(one) for found in parse_hosts(text).values() for one in found)


def test_a_file_is_read_again_only_when_it_changed(tmp_path: Path) -> None:
    """The parser runs once for a file that stays, once more for a change, and for its end."""
    path = tmp_path / "file"
    read: list[str] = []

    def parse(text: str) -> str:
        read.append(text)
        return text

    file = SystemFile(str(path), parse)
    assert file.value == ""
    path.write_text("one")
    assert (file.value, file.value, file.value) == ("one", "one", "one")
    path.write_text("two more")
    assert file.value == "two more"
    path.unlink()
    assert (file.value, file.value) == ("", "")
    assert read == ["", "one", "two more", ""]

"""GOSUMDB values; more is in test_sumdb_judge and tests/config/test_gosumdb."""

from typing import Any

import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.gosumdb import SUM_GOLANG_ORG, parse_gosumdb, relayed

PRIVATE = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6"


@pytest.mark.parametrize(
    ("value", "name", "url", "base"),
    [
        ("sum.golang.org", "sum.golang.org", None, "https://sum.golang.org"),
        (SUM_GOLANG_ORG, "sum.golang.org", None, "https://sum.golang.org"),
        *[
            (value, "sum.golang.org", url, url)
            for value, url in (
                ("sum.golang.google.cn", "https://sum.golang.google.cn"),
                ("sum.golang.org  https://a.example/b", "https://a.example/b"),
                (f"{SUM_GOLANG_ORG}\thttp://a.example", "http://a.example"),
            )
        ],
        (PRIVATE, "localhost.localdev/sumdb", None, "https://localhost.localdev/sumdb"),
    ],
)
def test_databases(value: str, name: str, url: str | None, base: str) -> None:
    """A name that go knows or a key, and where the database is asked."""
    database = parse_gosumdb(value)
    assert database is not None
    assert (database.name, database.url, database.base) == (name, url, base)
    assert str(database.verifier) == (SUM_GOLANG_ORG if name == "sum.golang.org" else PRIVATE)


def test_off() -> None:
    """No database is one of the answers."""
    assert parse_gosumdb("off") is None


@pytest.mark.parametrize(
    "value",
    [
        *["", " ", " off ", "on", "sum.example", " sum.golang.google.cn", "sum.golang.org a b"],
        *["sum.golang.google.cn https://a.example", "off https://a.example", PRIVATE + "="],
    ],
)
def test_what_go_refuses(value: str) -> None:
    """An unknown name, a bad key, too many fields, and an alias with anything around it."""
    with pytest.raises(ProtocolError):
        parse_gosumdb(value)


def test_the_built_in_key(vectors: dict[str, Any]) -> None:
    """It is the one of the go command."""
    assert vectors["sumdb_real"]["verifier_key"] == SUM_GOLANG_ORG


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("sum.golang.org", "sum.golang.org"),
        (PRIVATE, "localhost.localdev/sumdb"),
        ("sum.golang.org https://sum.golang.org", None),
        ("sum.golang.google.cn", None),
        ("off", None),
        (None, None),
    ],
)
def test_which_database_proxies_are_asked_for(value: str | None, name: str | None) -> None:
    """None, where the value says at which URL the database is."""
    database = relayed(value)
    assert (database.name if database else None) == name

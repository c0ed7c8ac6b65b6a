from typing import Any

import pytest

from goproxy_exporter.config.gosumdb import check_gosumdb, is_public

KEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("off", False),
        ("sum.golang.org", True),
        ("sum.golang.google.cn", True),
        ("sum.golang.org https://sum.golang.google.cn", True),
        (KEY, True),
        (f"{KEY} https://sum.corp.example/db", True),
        ("localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6", False),
    ],
)
def test_values_that_go_takes(text: str, public: bool) -> None:
    """Names that go knows, keys, and either with a URL."""
    assert check_gosumdb(text) == text
    assert is_public(text) is public


def test_blanks_do_not_matter() -> None:
    """The value is split at blanks, as strings.Fields does."""
    assert (
        check_gosumdb("  sum.golang.org   https://a.example ") == "sum.golang.org https://a.example"
    )


def test_keys_of_the_vectors(vectors: dict[str, Any]) -> None:
    """The note package's own good and bad keys."""
    for case in vectors["verifier_keys"]["valid"]:
        assert check_gosumdb(case["key"]) == case["key"]
    for case in vectors["verifier_keys"]["invalid"]:
        with pytest.raises(ValueError, match="key"):
            check_gosumdb(case["key"])


@pytest.mark.parametrize("name", ["a b", "/a", "a/", "a//b", "a?b", "", "user@host", "a/../b c"])
def test_a_name_is_a_host_and_a_path(name: str) -> None:
    """No funny business in the database name, says dbDial."""
    with pytest.raises(ValueError, match=r".+"):
        check_gosumdb(f"{name}+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8")

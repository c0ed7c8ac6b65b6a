"""What does a reload see as the same, and what as changed?"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.config.settings import Settings

Load = Callable[..., Settings]

TWO = """\
mirrors:
  - name: a
    url: https://a.example
    auth: {bearer: "${TOKEN}"}
    labels: {x: y}
  - {name: b, url: https://b.example}
"""
ENV = {"TOKEN": "one"}


def test_the_same_text_gives_equal_settings(loaded: Load) -> None:
    """Equal all the way down, and hashable: unchanged checks keep their loops and counters."""
    before, after = loaded(TWO, ENV), loaded(TWO, ENV)
    assert before == after
    assert before.checks == after.checks
    assert len(before.checks | after.checks) == 8
    assert {hash(check) for check in before.checks} == {hash(check) for check in after.checks}


@pytest.mark.parametrize(
    "text",
    [
        TWO.replace("{x: y}", "{ 'x': \"y\" }"),
        "# a comment\n" + TWO,
        TWO.replace("    labels: {x: y}\n", "    labels:\n      x: y\n"),
        TWO + "    thresholds: {first_byte: 5s}\n",
        TWO + "    checks: {endpoints: {interval: 60s, timeout: 10s}}\n",
        "defaults: {interval: 1m, timeout: 10000ms}\n" + TWO,
    ],
)
def test_another_way_to_say_the_same_changes_no_check(loaded: Load, text: str) -> None:
    """Comments, quotes, order of keys and defaults spelt out."""
    text = text.replace(
        "  - {name: b, url: https://b.example}\n", "  - name: b\n    url: https://b.example\n"
    )
    assert loaded(text, ENV).checks == loaded(TWO, ENV).checks


def test_a_change_touches_only_what_it_concerns(loaded: Load) -> None:
    """One mirror's new label leaves the other mirror's checks as they are."""
    before, after = loaded(TWO, ENV), loaded(TWO.replace("x: y", "x: z"), ENV)
    gone, new = before.checks - after.checks, after.checks - before.checks
    assert {check.mirror.name for check in gone} == {check.mirror.name for check in new} == {"a"}
    assert len(gone) == len(new) == 4


def test_a_changed_secret_is_a_change(loaded: Load) -> None:
    """Under the same reference, so the hash is the same and equality decides."""
    before, after = loaded(TWO, ENV), loaded(TWO, {"TOKEN": "two"})
    assert before != after
    assert before.digest == after.digest
    assert {check.mirror.name for check in before.checks - after.checks} == {"a"}
    assert {hash(check) for check in before.checks} == {hash(check) for check in after.checks}


def test_a_changed_secret_file_is_a_change(tmp_path: Path, loaded: Load) -> None:
    """The file keeps its name; the settings differ all the same."""
    text = TWO.replace("${TOKEN}", "file:token")
    (tmp_path / "token").write_text("one\n")
    before = loaded(text)
    (tmp_path / "token").write_text("two\n")
    assert loaded(text).checks != before.checks


def test_a_renewed_certificate_is_a_change(
    tmp_path: Path, loaded: Load, pair: Callable[[], Any]
) -> None:
    """The file keeps its name, and no check changes: the digest tells."""
    text = "tls: {ca_file: ca.pem}\n" + TWO
    (tmp_path / "ca.pem").write_bytes(pair().cert)
    before = loaded(text, ENV)
    (tmp_path / "ca.pem").write_bytes(pair().cert)
    after = loaded(text, ENV)
    assert before.checks == after.checks
    assert before != after


def test_settings_are_hashable(loaded: Load) -> None:
    """A frozen value can be a key."""
    assert len({loaded(TWO, ENV), loaded(TWO, ENV)}) == 1

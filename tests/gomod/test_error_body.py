"""Bodies of errors; tests against the go command are in test_go_judge."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.gomod.error_body import shown
from goproxy_exporter.gomod.media_type import parse_media_type


def test_vectors(vectors: dict[str, Any]) -> None:
    """Every listed body is shown as go was seen to show it."""
    for case in vectors["error_body"]["cases"]:
        assert shown(case["content_type"], case["body"].encode()) == case["shown"], case


@given(st.binary() | st.text("ab \n\r\t\x07é", max_size=900).map(str.encode))
def test_what_is_shown_is_harmless(body: bytes) -> None:
    """Any body is shown in at most nine lines, without control characters but white space."""
    text = shown("text/plain", body)
    assert len(text.split("\n")) <= 9
    assert not any(ord(char) < 32 and char not in "\t\n\v\f\r" for char in text)
    assert len(text.encode()) <= 648 + len("\n\t[Truncated: too many lines.]")


@given(st.text(), st.binary(max_size=20))
def test_only_plain_text_is_shown(content_type: str, body: bytes) -> None:
    """Nothing is shown of a body of another type."""
    if "text/plain" not in content_type.lower():
        assert shown(content_type, body) == ""


def test_long_bodies_are_cut_before_they_are_judged() -> None:
    """What comes after enough lines is not looked at, as far as it comes in later reads."""
    lines = b"".join(b"line %d\n" % number for number in range(1200))
    assert shown("text/plain", lines + b"\xff").endswith("[Truncated: too many lines.]")
    assert shown("text/plain", lines[:100] + b"\xff") == ""


@given(st.text())
def test_any_content_type_is_read(text: str) -> None:
    """Any text is read as a type, in lower case, or as none."""
    kind, _ = parse_media_type(text)
    assert kind == kind.lower()

"""What a peer says back of our secrets is not passed on."""

import base64
import json
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.model.mirror import Access, Credentials, Secret
from goproxy_exporter.wire.veil import Veil

ACCESS = Access(
    credentials=Credentials(username="me", password=Secret("inline", "pässword")),
    headers=(("X-Key", Secret("inline", 'k3y "value"')),),
    forward_proxy_credentials=Credentials(username="p", password=Secret("inline", "proxy pass")),
)


@pytest.mark.parametrize("secret", ["pässword", 'k3y "value"', "proxy pass"])
def test_a_secret_is_hidden_however_it_is_written(secret: str) -> None:
    """As it is, percent-encoded, as JSON, in base64: alone and in the middle of a text."""
    encoded = base64.b64encode(secret.encode()).decode()
    for form in (secret, quote(secret), json.dumps(secret)[1:-1], encoded):
        for text in (form, f"Authorization: Basic {form}; and more", f"({form})"):
            assert form.rstrip("=") not in Veil(ACCESS)(text)


def test_what_basic_makes_of_them_is_hidden() -> None:
    """User and password together, for mirror and proxy."""
    shown = Veil(ACCESS)("Basic bWU6cMOkc3N3b3Jk, cDpwcm94eSBwYXNz")
    assert "bWU6cMOkc3N3b3Jk" not in shown
    assert "cDpwcm94eSBwYXNz" not in shown


def test_a_beginning_is_hidden_where_the_text_was_cut() -> None:
    """The end of a text, or an ellipsis: behind it the rest of the secret may have been."""
    veil = Veil(Access(headers=(("X-Key", Secret("inline", "0123456789abcdef")),)))

    assert veil("key 0123456789a") == "key <secret>"
    assert veil("key 0123456789a… and so on") == "key <secret>… and so on"
    assert veil("key 0123456789x") == "key 0123456789x"
    assert veil("key 0123") == "key 0123"


@given(st.text(min_size=4), st.text(), st.text())
def test_no_text_holds_a_secret_after_the_veil(secret: str, before: str, after: str) -> None:
    """Whatever stands around it."""
    veil = Veil(Access(credentials=Credentials(token=Secret("inline", secret))))
    shown = veil(before + secret + after)

    assert "<secret>" in shown
    assert all(secret not in part for part in shown.split("<secret>"))


def test_who_has_no_secrets_veils_nothing() -> None:
    """A public mirror's answers are shown as they are."""
    assert not Veil(Access())
    assert Veil(Access())("nothing to hide") == "nothing to hide"

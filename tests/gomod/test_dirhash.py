"""Hashes of archives and of go.mod files."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.dirhash import EMPTY_GO_MOD, hash1, hash_go_mod


def digest(content: str) -> bytes:
    return hashlib.sha256(content.encode()).digest()


def test_vectors_of_go_mod(vectors: dict[str, Any]) -> None:
    """Real go.mod files hash to what the checksum database signed."""
    for case in vectors["h1_gomod"]["cases"]:
        assert hash_go_mod(case["gomod"].encode()) == case["h1"], case
    assert hash_go_mod(b"") == EMPTY_GO_MOD == vectors["h1_gomod_empty"]["h1"]


def test_vectors_of_files(vectors: dict[str, Any]) -> None:
    """Files hash to what dirhash finds, and real archives to what the database signed."""
    for case in vectors["h1_files"]["cases"]:
        files = case["files"].items()
        assert hash1((name, digest(content)) for name, content in files) == case["h1"]
    for case in vectors["h1_zip_listing"]["cases"]:
        listed = [(file["name"], bytes.fromhex(file["sha256"])) for file in case["files"]]
        assert hash1(reversed(listed)) == case["h1"], case["module"]


files = st.lists(st.tuples(st.text(max_size=5), st.binary(min_size=32, max_size=32)), max_size=5)


@given(files, st.randoms())
def test_order_does_not_matter(listed: list[tuple[str, bytes]], random: Any) -> None:
    """The same files in another order have the same hash; a line feed in a name is refused."""
    shuffled = random.sample(listed, len(listed))
    if any("\n" in name for name, _ in listed):
        with pytest.raises(ProtocolError):
            hash1(listed)
        return
    assert hash1(listed) == hash1(shuffled)
    assert hash1((name.encode(), one) for name, one in listed) == hash1(listed)


def test_no_files() -> None:
    """An archive without entries has the hash of nothing."""
    assert hash1([]) == "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

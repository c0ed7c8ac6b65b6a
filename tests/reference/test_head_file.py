"""The file of the verified head, as bytes on a disk."""

from pathlib import Path

import pytest

from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import Signer
from goproxy_exporter.gomod.signed_head import open_head
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.reference.growth import Point
from goproxy_exporter.reference.head_file import CORRUPT, HeadFile, Kept


@pytest.fixture
def kept(signer: Signer) -> Kept:
    note = sign_note(TreeHead(size=7, root=bytes(32)).text, signer)
    points = (Point(at=1.5, size=3), Point(at=2.0, size=7))
    return Kept(signed=open_head(note, signer.verifier), points=points)


async def test_what_is_written_is_read(tmp_path: Path, signer: Signer, kept: Kept) -> None:
    """The same value comes back; nothing else is left in the folder, which was made for it."""
    file = HeadFile(tmp_path / "new" / "state", signer.verifier)
    assert await file.load() is None
    await file.save(kept)
    assert await HeadFile(tmp_path / "new" / "state", signer.verifier).load() == kept
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]


async def test_any_damage_is_found(tmp_path: Path, signer: Signer, kept: Kept) -> None:
    """A file that is cut anywhere, or has any other byte, is no file; none of it raises."""
    file = HeadFile(tmp_path, signer.verifier)
    await file.save(kept)
    whole = file.path.read_bytes()
    damaged = [whole[:length] for length in range(0, len(whole) - 2, 7)]
    damaged += [
        whole[:place] + bytes((whole[place] ^ 1,)) + whole[place + 1 :]
        for place in range(0, len(whole) - 1, 5)
    ]
    damaged += [b"[]", b"null", b"7", b'{"note": 1, "seen": 2}', b"\xff", b"[" * 200_000]
    for data in damaged:
        file.path.write_bytes(data)
        read = await file.load()
        assert read is None or read == kept
        if read is None:
            assert file.path.with_name(file.path.name + CORRUPT).read_bytes() == data
            assert not file.path.exists()


async def test_another_key_has_another_file(tmp_path: Path, signer: Signer, kept: Kept) -> None:
    """A database that changed its key begins anew, and the old file stays what it is."""
    await HeadFile(tmp_path, signer.verifier).save(kept)
    other = Signer(name="host:8/a path", seed=bytes(32)).verifier
    file = HeadFile(tmp_path, other)
    assert await file.load() is None
    assert file.path.parent == HeadFile(tmp_path, signer.verifier).path.parent


async def test_a_folder_in_its_place_is_no_reason_to_stop(
    tmp_path: Path, signer: Signer, kept: Kept
) -> None:
    """Nothing is read and nothing written; it is told in the log."""
    file = HeadFile(tmp_path, signer.verifier)
    (file.path / "inside").mkdir(parents=True)
    assert await file.load() is None
    await file.save(kept)
    assert [path.name for path in file.path.parent.iterdir()] == [file.path.name]

"""Is this the archive of that module version, and what is its hash?

Source: golang.org/x/mod/zip (Unzip), sumdb/dirhash (HashZip) and modfetch/fetch.go.
"""

import hashlib
import stat
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from typing import BinaryIO

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.caps import MAX_ARCHIVE, MAX_ROOT_FILE, UnjudgedError
from goproxy_exporter.gomod.dirhash import hash1
from goproxy_exporter.gomod.file_tree import FileTree
from goproxy_exporter.gomod.fold import fold
from goproxy_exporter.gomod.version import check_path_version, is_canonical
from goproxy_exporter.gomod.zip_content import data_offset, read_content
from goproxy_exporter.gomod.zip_directory import Member, read_directory

_GO_MOD = "go.mod"
_SHOWN = 3
"""How many names a warning tells."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """A sound module archive."""

    h1: str
    entries: int
    """Entries of the zip, directories included."""
    uncompressed: int
    """Bytes of all files."""
    warnings: tuple[str, ...]
    """What `go` takes, but would not have made."""
    go_mod: bytes | None
    """The go.mod file in the root."""


def inspect(file: BinaryIO, *, module: str, version: str) -> Archive:
    """Read a whole archive, from a seekable file, as `go` does before it builds with it.

    Raises ProtocolError, naming the rule, for what `go mod download` refuses: when it opens the
    zip, hashes it, or extracts it. Raises UnjudgedError, a ProtocolError too, for archives past
    the limits in `caps`, and for overlapping entries: those `go` might take.
    """
    check_path_version(module, version)
    if not is_canonical(version):
        raise ProtocolError(f"version {version!r} is not canonical")
    size = file.seek(0, 2)
    if size > MAX_ARCHIVE:
        raise ProtocolError(f"the archive has {size} bytes, more than {MAX_ARCHIVE}")
    members = read_directory(file, size)
    prefix = f"{module}@{version}/"
    _check_names(members, prefix)
    _check_sizes(members, prefix)
    starts = _starts(file, members)
    digests, go_mod = _read(file, members, starts, f"{prefix}{_GO_MOD}".encode())
    return Archive(
        h1=hash1(digests),
        entries=len(members),
        uncompressed=sum(member.size for member in members),
        warnings=tuple(_warnings(members)),
        go_mod=go_mod,
    )


def _check_names(members: Iterable[Member], prefix: str) -> None:
    tree = FileTree()
    raw_prefix = prefix.encode()
    for member in members:
        if not member.name.startswith(raw_prefix):
            raise _illegal(member, f"its name does not begin with {prefix!r}")
        try:
            name = member.name[len(raw_prefix) :].decode()
        except UnicodeDecodeError:
            raise _illegal(member, "its name is not UTF-8") from None
        if name:
            _check_name(member, name.removesuffix("/"), tree)


def _check_name(member: Member, name: str, tree: FileTree) -> None:
    tree.add(name, is_directory=member.is_directory)
    if member.is_directory:
        return
    base = name.rpartition("/")[2]
    if fold(base) == _GO_MOD and name != _GO_MOD:
        raise _illegal(member, "go.mod belongs in the root, in lower case")


def _check_sizes(members: Iterable[Member], prefix: str) -> None:
    total = 0
    bounded = {f"{prefix}{name}".encode() for name in (_GO_MOD, "LICENSE")}
    for member in members:
        total += 0 if member.is_directory else member.size
        if total > MAX_ARCHIVE:
            raise ProtocolError(f"its files have more than {MAX_ARCHIVE} bytes")
        if member.name in bounded and member.size > MAX_ROOT_FILE:
            raise _illegal(member, f"it has more than {MAX_ROOT_FILE} bytes")


def _starts(file: BinaryIO, members: list[Member]) -> list[int]:
    """Tell where every entry's data begins, after making sure that no two share bytes."""
    starts = [data_offset(file, member) for member in members]
    extents = sorted(
        (member.offset, start if member.is_directory else start + member.packed)
        for member, start in zip(members, starts, strict=True)
    )
    if any(end > following for (_, end), (following, _) in pairwise(extents)):
        raise UnjudgedError("its entries overlap")
    return starts


def _read(
    file: BinaryIO, members: list[Member], starts: list[int], go_mod_name: bytes
) -> tuple[list[tuple[bytes, bytes]], bytes | None]:
    """Hash every entry, in the order of the file; keep the go.mod."""
    digests: list[tuple[bytes, bytes]] = []
    go_mod: bytes | None = None
    for start, member in sorted(zip(starts, members, strict=True), key=lambda pair: pair[0]):
        digest = hashlib.sha256()
        kept: list[bytes] = []
        for piece in read_content(file, member, start):
            digest.update(piece)
            if member.name == go_mod_name:
                kept.append(piece)
        digests.append((member.name, digest.digest()))
        if member.name == go_mod_name:
            go_mod = b"".join(kept)
    return digests, go_mod


def _warnings(members: Iterable[Member]) -> Iterable[str]:
    directories = [member for member in members if member.is_directory]
    links = [member for member in members if stat.S_ISLNK(member.unix_mode)]
    if directories:
        yield f"directory entries, which change the hash: {_some(directories)}"
    if links:
        yield f"symbolic links, extracted as plain files: {_some(links)}"


def _some(members: list[Member]) -> str:
    names = [repr(member.name.decode()) for member in members[:_SHOWN]]
    return ", ".join(names + ["…"] * (len(members) > _SHOWN))


def _illegal(member: Member, why: str) -> ProtocolError:
    return ProtocolError(f"entry {member.name.decode(errors='replace')!r}: {why}")

"""Reads DNS questions and writes answers (RFC 1035, section 4)."""

import struct
from dataclasses import dataclass
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, ip_address


class Rcode(IntEnum):
    """What a nameserver says of a question."""

    NOERROR = 0
    FORMERR = 1
    SERVFAIL = 2
    NXDOMAIN = 3
    NOTIMP = 4
    REFUSED = 5


A, CNAME, AAAA = 1, 5, 28
_IN = 1
_HEADER = struct.Struct("!6H")
_RESPONSE, _AUTHORITATIVE, _TRUNCATED, _RECURSION = 0x8000, 0x0400, 0x0200, 0x0080
_ASKED_RECURSION = 0x0100
_QNAME = b"\xc0\x0c"
"""A pointer to the name in the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """One question: its id, lower-case name without the last dot, type, and its own bytes."""

    id: int
    name: str
    type: int
    flags: int
    bytes: bytes


def read_question(data: bytes) -> Question | None:
    """Read a query of one question; None for anything else."""
    try:
        number, flags, count, *_ = _HEADER.unpack_from(data)
        labels, end = _labels(data, _HEADER.size)
        kind, _class = struct.unpack_from("!HH", data, end)
    except (struct.error, IndexError, UnicodeDecodeError):
        return None
    if flags & _RESPONSE or count != 1:
        return None
    name = ".".join(labels).lower()
    return Question(number, name, kind, flags, data[_HEADER.size : end + 4])


def write_answer(
    question: Question,
    rcode: Rcode,
    addresses: tuple[str, ...] = (),
    *,
    alias: str | None = None,
    truncated: bool = False,
) -> bytes:
    """Answer a question for A or AAAA; of `addresses` only those of the asked type are given.

    `alias` puts a CNAME in between. Errors and `truncated` answers carry no records.
    """
    bare = truncated or rcode is not Rcode.NOERROR
    records = [] if bare else _records(question, addresses, alias)
    flags = _RESPONSE | _AUTHORITATIVE | _RECURSION | (question.flags & _ASKED_RECURSION) | rcode
    if truncated:
        flags |= _TRUNCATED
    header = _HEADER.pack(question.id, flags, 1, len(records), 0, 0)
    return header + question.bytes + b"".join(records)


def _labels(data: bytes, at: int) -> tuple[list[str], int]:
    labels = []
    while size := data[at]:
        labels.append(data[at + 1 : at + 1 + size].decode("ascii"))
        at += 1 + size
    return labels, at + 1


def _records(question: Question, addresses: tuple[str, ...], alias: str | None) -> list[bytes]:
    wanted = {A: IPv4Address, AAAA: IPv6Address}.get(question.type)
    parsed = [ip_address(text) for text in addresses]
    packed = [address.packed for address in parsed if wanted and isinstance(address, wanted)]
    owner = _QNAME
    records = []
    if alias is not None:
        owner = _name(alias)
        records.append(_record(_QNAME, CNAME, owner))
    return records + [_record(owner, question.type, data) for data in packed]


def _record(owner: bytes, kind: int, data: bytes) -> bytes:
    """Write a record that nobody keeps: its time to live is 0."""
    return owner + struct.pack("!HHIH", kind, _IN, 0, len(data)) + data


def _name(name: str) -> bytes:
    labels = (label.encode("ascii") for label in name.split("."))
    return b"".join(bytes((len(label),)) + label for label in labels) + b"\x00"

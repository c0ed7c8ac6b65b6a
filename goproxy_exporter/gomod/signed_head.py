"""Which tree head, and which record, does an answer of a checksum database prove to be signed?

Source: golang.org/x/mod/sumdb (Client.Lookup, mergeLatest) of go 1.27.3.
"""

from dataclasses import dataclass

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.lookup import Lookup, parse_lookup
from goproxy_exporter.gomod.note import open_note
from goproxy_exporter.gomod.note_key import Verifier
from goproxy_exporter.gomod.tree_head import TreeHead, parse_tree_head


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedHead:
    """A tree head whose signature holds, and the note that shows it."""

    head: TreeHead
    note: bytes

    @property
    def size(self) -> int:
        """Give the number of records in the tree."""
        return self.head.size


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedRecord:
    """An answer to a lookup, and the head it came with: only tiles prove the one by the other."""

    lookup: Lookup
    signed: SignedHead


@dataclass(frozen=True, slots=True, kw_only=True)
class Fork:
    """Two heads that one key has signed and that cannot both be true: proof of misbehaviour."""

    older: SignedHead
    newer: SignedHead
    root: bytes
    """What the newer tree has as the root over as many records as the older one has."""


def open_head(note: bytes, verifier: Verifier) -> SignedHead:
    """Read the note of a head.

    Raises UnsignedError or SignatureError where the key did not sign it, and ProtocolError for
    what is no note or no tree head.
    """
    return SignedHead(head=parse_tree_head(open_note(note, verifier).text), note=note)


def open_record(body: bytes, verifier: Verifier) -> SignedRecord:
    """Read the answer to a lookup.

    Errors as above; ProtocolError too where the tree of the head does not reach to the record.
    """
    lookup = parse_lookup(body)
    signed = open_head(lookup.note, verifier)
    if not 0 <= lookup.record < signed.size:
        raise ProtocolError(
            f"record {lookup.record} comes with the head of a tree of {signed.size} records"
        )
    return SignedRecord(lookup=lookup, signed=signed)

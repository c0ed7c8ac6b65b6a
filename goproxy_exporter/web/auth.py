"""Does this client know a user's password?"""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
from collections import OrderedDict
from collections.abc import Mapping

import bcrypt

from goproxy_exporter.model.mirror import Secret

REMEMBERED = 100
"""Right passwords that need no second bcrypt."""
_LONGEST = 72
"""Bytes of a password that bcrypt looks at, here as in Go."""
_NOBODY = "LA7ASzFcDBSIE2yBfhsCGOzC8XCd6yC0GKRRs2WLZ6tnG9MbJtw2O"
"""Salt and digest of a random password that was thrown away."""


class Gate:
    """Checks basic auth. Wrong passwords and wrong users cost the same; right ones are remembered.

    bcrypt runs in a thread, one at a time: guessing keeps one core busy, and not the loop. Who is
    remembered does not wait for guessers.
    """

    def __init__(self, users: Mapping[str, Secret]) -> None:
        self._users = users
        self._nobody = f"$2b${_cost(users):02}${_NOBODY}"
        self._key = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._turn = asyncio.Lock()

    async def admits(self, authorization: str | None) -> bool:
        """Tell whether a header's value names a user with the right password."""
        if not self._users:
            return True
        pair = _parse(authorization)
        if pair is None:
            return False
        user, password = pair
        stored = self._users.get(user)
        hashed = self._nobody if stored is None else stored.value
        digest = self._digest(user.encode(), hashed.encode(), password)
        if digest in self._known:
            self._known.move_to_end(digest)
            return True
        async with self._turn:
            same = await asyncio.to_thread(bcrypt.checkpw, password[:_LONGEST], hashed.encode())
        if same and stored is not None:
            self._remember(digest)
            return True
        return False

    def _remember(self, digest: bytes) -> None:
        self._known[digest] = None
        if len(self._known) > REMEMBERED:
            self._known.popitem(last=False)

    def _digest(self, *parts: bytes) -> bytes:
        """Digest with a key of this process; lengths keep the parts apart."""
        message = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._key, message, hashlib.sha256)


def _cost(users: Mapping[str, Secret]) -> int:
    return max((int(hashed.value.split("$")[2]) for hashed in users.values()), default=10)


def _parse(authorization: str | None) -> tuple[str, bytes] | None:
    scheme, _, credentials = (authorization or "").partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        decoded = base64.b64decode(credentials.strip(), validate=True)
        user, colon, password = decoded.partition(b":")
        return (user.decode(), password) if colon else None
    except (binascii.Error, UnicodeError):
        return None

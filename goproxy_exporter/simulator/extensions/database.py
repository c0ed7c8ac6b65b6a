"""A checksum database: a signed log of everything published, at a host and below mirrors."""

from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import urlsplit

from goproxy_exporter.gomod.note import sign_note
from goproxy_exporter.gomod.note_key import Signer, new_signer
from goproxy_exporter.gomod.tree_head import TreeHead
from goproxy_exporter.simulator.inquiry import Inquiry, Resource
from goproxy_exporter.simulator.known import Known
from goproxy_exporter.simulator.log import Log
from goproxy_exporter.simulator.reply import PLAIN_TEXT, Reply, text
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.site import DOMAIN, ONE
from goproxy_exporter.simulator.styles import STYLES

HOST = "sum"
_TEXT = "text/plain; charset=UTF-8"
_TILE = "application/octet-stream"
_BRIEF, _LONG = "public, max-age=60", "public, max-age=86400"
_MOST_HEADS = 64


class Database:
    """``sum.sim.test``, which signs with one key under several names.

    A database's name says where it is: `go` asks ``https://NAME`` where no mirror relays it. So
    the names have the port: ``sum.sim.test:PORT`` for who asks the world's nameserver, and
    ``127.0.0.1:PORT`` for the go command, which does not. ``sum.sim.test`` alone is for who is
    told a URL besides. Every head bears a signature under each name; `go` looks for the one that
    it knows. The key is made of `seed`.
    """

    hosts = (HOST,)

    def __init__(self, seed: int = 0) -> None:
        self._secret = sha256(f"checksum database of world {seed}".encode()).digest()
        self._url = ""
        self._signers: dict[str, Signer] = {}
        self._notes: dict[TreeHead, bytes] = {}

    def opened(self, urls: Mapping[str, str]) -> None:
        """Take names that say where the host is."""
        self._url = urls[HOST]
        port = urlsplit(self._url).port
        own = f"{HOST}.{DOMAIN}"
        names = (f"{own}:{port}", *(f"{address}:{port}" for address in ONE), own)
        self._signers = {name: new_signer(name, self._secret) for name in names}
        self._notes.clear()

    def key(self, like: str = f"{HOST}.{DOMAIN}", *, port: bool = True) -> str:
        """Give the verifier key, which is all that GOSUMDB has to say.

        `like` is how the host is asked for, its name or 127.0.0.1; without its port the key only
        serves together with a URL.
        """
        name = f"{like}:{urlsplit(self._url).port}" if port else like
        return str(self._signers[name].verifier)

    def answer(self, host: str, request: Request, known: Known) -> Reply:  # noqa: ARG002 - one host
        """Answer as the database itself, which does not know ``/supported``."""
        inquiry = request.inquiry
        if request.method not in ("GET", "HEAD"):
            return text(405, "method not allowed")
        if inquiry is None or inquiry.name or inquiry.resource is Resource.SUPPORTED:
            return text(404, "404 page not found")
        return self._told(inquiry, known.log)

    def relay(self, mirror: str, request: Request, known: Known) -> Reply | None:
        """Answer what is asked below a mirror's ``/sumdb/NAME``, where its make relays that."""
        relay, inquiry = STYLES[mirror].relay, request.inquiry
        if relay is None or inquiry is None or inquiry.name not in self._signers:
            return None
        if inquiry.resource is Resource.SUPPORTED:
            return relay(request, inquiry, Reply().having(content_type=PLAIN_TEXT))
        return relay(request, inquiry, self._told(inquiry, known.log))

    def settings(self) -> Mapping[str, object]:
        """Give the key alone, so that mirrors are asked to relay."""
        return {"checksum_database": self.key()}

    def _told(self, inquiry: Inquiry, log: Log) -> Reply:
        match inquiry.resource:
            case Resource.LOOKUP:
                return self._looked_up(inquiry, log)
            case Resource.TILE:
                return _tile(inquiry, log)
            case _:
                return _text(self._signed(log.head), _BRIEF)

    def _looked_up(self, inquiry: Inquiry, log: Log) -> Reply:
        if not inquiry.module:
            return text(400, "bad request: malformed module@version")
        number = log.number(inquiry.module, inquiry.version)
        if number is None:
            reason = f"{inquiry.module}@{inquiry.version}: unknown revision {inquiry.version}"
            return text(404, f"not found: {reason}", cache_control=_BRIEF)
        record = b"%d\n%s\n" % (number, log.records[number].text)
        return _text(record + self._signed(log.head), _LONG)

    def _signed(self, head: TreeHead) -> bytes:
        if len(self._notes) >= _MOST_HEADS:
            self._notes.clear()
        if head not in self._notes:
            self._notes[head] = sign_note(head.text, *self._signers.values())
        return self._notes[head]


def _tile(inquiry: Inquiry, log: Log) -> Reply:
    if inquiry.tile is None:
        return text(400, "bad request: malformed tile path")
    body = log.tile(inquiry.tile)
    if body is None:
        return text(404, "not found: the tree has no such tile yet", cache_control=_BRIEF)
    return Reply(body=body).having(content_type=_TILE, cache_control=_LONG)


def _text(body: bytes, cache_control: str) -> Reply:
    return Reply(body=body).having(content_type=_TEXT, cache_control=cache_control)

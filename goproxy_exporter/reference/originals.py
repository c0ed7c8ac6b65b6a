"""What does the original of a vulnerability database have?"""

from goproxy_exporter.diagnosis.vulndb import Edition, unpacked
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.vulndb import DB_PATH, MODULES_PATH, parse_db, parse_modules
from goproxy_exporter.model.mirror import Access
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference.persistence import Believed, Persistence, persistently
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.session import Session
from goproxy_exporter.wire.wire import Wire

LIMIT = 8 << 20
"""Bytes of a compressed file that are read at most."""


class Originals:
    """Vulnerability databases that others are held against; what they have is believed a while."""

    def __init__(
        self, wire: Wire, clock: Clock, access: Access, *, persistence: Persistence | None = None
    ) -> None:
        self._wire = wire
        self._access = access
        self._persistence = persistence or Persistence()
        self._believed: Believed[str, Edition] = Believed(clock)

    async def edition(self, url: str) -> Edition | None:
        """Give the present state of a database by its URL; None where nobody can tell.

        Raises nothing but cancellation.
        """

        async def ask() -> Edition | None:
            return await persistently(lambda: self._once(url), self._persistence)

        return await self._believed.get(url, ask)

    async def _once(self, url: str) -> Edition | None:
        base = url.rstrip("/")
        async with self._wire.session(self._access) as session:
            info = await self._file(session, f"{base}/{DB_PATH}", Endpoint.VULNDB_DB)
            index = await self._file(session, f"{base}/{MODULES_PATH}", Endpoint.VULNDB_MODULES)
        if info is None or index is None:
            return None
        try:
            modified = parse_db(unpacked(info)).modified
            return Edition(modified=modified, index=parse_modules(unpacked(index)))
        except ProtocolError:
            return None

    async def _file(self, session: Session, url: str, endpoint: Endpoint) -> bytes | None:
        timeout = self._persistence.timeout
        ask = Ask(endpoint=endpoint, url=url, module=url, limit=LIMIT, timeout=timeout)
        answer = await session.get(ask)
        with answer.body as body:
            whole = answer.exchange.answered and answer.exchange.status == 200  # noqa: PLR2004
            return body.data if whole else None

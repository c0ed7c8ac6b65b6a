"""What is known of checksum databases, however often the configuration changes?"""

from collections.abc import Iterable, Iterator
from pathlib import Path

from goproxy_exporter.config.settings import Settings
from goproxy_exporter.gomod.gosumdb import Gosumdb, parse_gosumdb
from goproxy_exporter.gomod.note_key import Verifier
from goproxy_exporter.model.mirror import Canaries, Mirror
from goproxy_exporter.model.names import Kind
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.reference.head_file import HeadFile
from goproxy_exporter.reference.known_tree import KnownTree
from goproxy_exporter.reference.persistence import Persistence
from goproxy_exporter.reference.route import DIRECT, Route
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire


class Trees:
    """The tree of every key that the configuration names, kept as long as it names it."""

    def __init__(self, clock: Clock, *, persistence: Persistence | None = None) -> None:
        self._clock = clock
        self._persistence = persistence
        self._known: dict[Verifier, KnownTree] = {}

    def databases(
        self, settings: Settings, wire: Wire, allowances: Allowances
    ) -> dict[str, ChecksumDatabase]:
        """Give the checksum databases that mirrors name, by what GOSUMDB says of them."""
        named = {
            text: gosumdb
            for text in _values(settings)
            if (gosumdb := parse_gosumdb(text)) is not None
        }
        verifiers = {gosumdb.verifier for gosumdb in named.values()}
        self._known = {key: self._known.get(key) or KnownTree() for key in verifiers}
        return {
            text: ChecksumDatabase(
                gosumdb,
                self._known[gosumdb.verifier],
                tuple(_routes(text, gosumdb, settings, allowances)),
                wire=wire,
                clock=self._clock,
                file=_file(settings, gosumdb),
                persistence=self._persistence,
            )
            for text, gosumdb in named.items()
        }


def _values(settings: Settings) -> Iterator[str]:
    texts = (mirror.checksum_database for mirror in settings.watched)
    yield from dict.fromkeys(text for text in texts if text is not None)


def _file(settings: Settings, gosumdb: Gosumdb) -> HeadFile | None:
    if settings.state_dir is None:
        return None
    return HeadFile(Path(settings.state_dir), gosumdb.verifier)


def _routes(
    text: str, gosumdb: Gosumdb, settings: Settings, allowances: Allowances
) -> Iterator[Route]:
    """Give the way to the database itself, then, unless it has a URL of its own, the relays."""
    itself = next((one for one in settings.databases if _is(one, gosumdb)), None)
    yield Route(
        name=DIRECT,
        base=gosumdb.base,
        access=itself.access if itself else settings.terms.access,
        allowance=allowances.of(itself) if itself else None,
    )
    if gosumdb.url is None:
        yield from (_relay(mirror, gosumdb, allowances) for mirror in _mirrors(text, settings))


def _mirrors(text: str, settings: Settings) -> Iterable[Mirror]:
    """Give whoever may relay the database: mirrors, then entries of chains, each URL once."""
    known: dict[str, Mirror] = {}
    for mirror in settings.watched:
        if mirror.kind in (Kind.MODULES, Kind.ENTRY) and mirror.checksum_database == text:
            known.setdefault(mirror.url, mirror)
    return known.values()


def _relay(mirror: Mirror, gosumdb: Gosumdb, allowances: Allowances) -> Route:
    return Route(
        name=mirror.key,
        base=mirror.url,
        relays=gosumdb.name,
        access=mirror.access,
        allowance=allowances.of(mirror),
        modules=_asked(mirror.canaries),
    )


def _is(database: Mirror, gosumdb: Gosumdb) -> bool:
    return database.kind is Kind.CHECKSUMS and database.name == gosumdb.name


def _asked(canaries: Canaries) -> frozenset[str]:
    """Give the modules of which a mirror is asked for versions anyhow."""
    return frozenset(one.module for one in (*canaries.versions, *canaries.fresh))

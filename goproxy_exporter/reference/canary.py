"""Does the reference have this canary?"""

from goproxy_exporter.diagnosis.page import upstream_trouble
from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod.endpoint import info_url, list_url
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.status import Class, classify
from goproxy_exporter.model.mirror import Access, Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.reference.persistence import Believed, Persistence, persistently
from goproxy_exporter.wire.allowance import Allowance
from goproxy_exporter.wire.ask import Answer, Ask
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.wire import Wire

_LIMIT = 8 << 20


class Reference:
    """The mirror that others are held against: what it has, exists.

    `url` is None where there is no reference: then nobody can tell.
    """

    def __init__(
        self,
        wire: Wire,
        clock: Clock,
        url: str | None,
        access: Access,
        *,
        allowance: Allowance | None = None,
        persistence: Persistence | None = None,
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._url = url
        self._access = access
        self._allowance = allowance
        self._persistence = persistence or Persistence()
        self._believed: Believed[Canary, bool] = Believed(clock)

    async def has(self, canary: Canary) -> bool | None:
        """Tell whether the reference has it; None where nobody can tell.

        True on a 200 with the right content, False on an honest 404 or 410. Questions at the same
        time share one answer. Raises nothing but cancellation.
        """
        url = self._url
        if url is None:
            return None

        async def ask() -> bool | None:
            return await persistently(lambda: self._once(url, canary), self._persistence)

        return await self._believed.get(canary, ask)

    async def _once(self, url: str, canary: Canary) -> bool | None:
        if self._allowance is not None and self._allowance.refusal(self._clock.now()) is not None:
            return None
        async with self._wire.session(self._access, allowance=self._allowance) as session:
            answer = await session.get(_question(url, canary, self._persistence.timeout))
        with answer.body as body:
            return _read(answer, body.data, canary)


def _question(url: str, canary: Canary, timeout: float) -> Ask:
    listed = canary.version is None
    return Ask(
        endpoint=Endpoint.LIST if listed else Endpoint.INFO,
        url=list_url(url, canary.module)
        if canary.version is None
        else info_url(url, canary.module, canary.version),
        module=str(canary),
        limit=_LIMIT,
        timeout=timeout,
    )


def _read(answer: Answer, body: bytes, canary: Canary) -> bool | None:
    status = answer.exchange.status
    if not answer.exchange.answered or status is None:
        return None
    match classify(status):
        case Class.SUCCESS:
            return True if _is_right(body, canary) else None
        case Class.NOT_EXIST:
            return None if upstream_trouble(body) else False
        case Class.STOP:
            return None


def _is_right(body: bytes, canary: Canary) -> bool:
    if canary.version is None:
        return not body.lstrip().startswith(b"<")
    try:
        parse_info(body, canary.version)
    except ProtocolError:
        return False
    return True

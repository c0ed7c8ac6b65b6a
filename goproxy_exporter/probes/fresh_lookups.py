"""Does the mirror's relay of the checksum database know fresh versions?

Whether what it answers is right, the sumdb check tells: here only 200 and 404 count.
"""

from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.diagnosis.status import NOT_HERE
from goproxy_exporter.diagnosis.throttle import throttled
from goproxy_exporter.gomod.endpoint import relay_url
from goproxy_exporter.gomod.gosumdb import relayed
from goproxy_exporter.gomod.lookup import lookup_path
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.freshness import Followed
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.probes.watch import Watch
from goproxy_exporter.wire.ask import Ask
from goproxy_exporter.wire.session import Session

_FOUND = 200
_LIMIT = 1 << 18


async def look_up(watch: Watch, session: Session) -> None:
    """Ask the relay, if there is one, for what it did not know yet, out of what the mirror has."""
    ledger, mirror = watch.ledger, watch.check.mirror
    database = relayed(mirror.checksum_database)
    wanted = [
        one
        for one in ledger.followed
        if ledger.visible(one.name, Endpoint.INFO)
        and not ledger.visible(one.name, Endpoint.SUMDB_LOOKUP)
        and mirror.may_look_up(one.module)
    ]
    # A mirror that answered nothing else is not asked for this either.
    if database is None or not wanted or not ledger.heard:
        return
    name = database.name
    if not await _relays(watch, session, relay_url(mirror.url, name, "supported")):
        return
    for one in wanted:
        url = relay_url(mirror.url, name, lookup_path(one.module, one.version))
        exchange = await _get(watch, session, Endpoint.SUMDB_LOOKUP, url, one)
        if exchange is not None and (exchange.status in NOT_HERE or _is_found(exchange)):
            visible = _is_found(exchange)
            ledger.saw(one.name, Endpoint.SUMDB_LOOKUP, watch.now, visible=visible)


async def _relays(watch: Watch, session: Session, url: str) -> bool:
    exchange = await _get(watch, session, Endpoint.SUMDB_SUPPORTED, url, None)
    return exchange is not None and _is_found(exchange)


async def _get(
    watch: Watch, session: Session, endpoint: Endpoint, url: str, one: Followed | None
) -> Exchange | None:
    """Ask once and record it; None where nothing more may be asked."""
    if watch.over:
        return None
    ask = Ask(
        endpoint=endpoint,
        url=url,
        module=str(one) if one else "",
        limit=_LIMIT,
        timeout=max(0.0, min(watch.check.timeout, watch.kit.left())),
        stall_after=watch.check.mirror.thresholds.stall_after,
    )
    answer = await session.get(ask)
    answer.body.close()
    question = Question(
        endpoint=endpoint,
        form=Form.INFO,
        module=one.module if one else "",
        version=one.version if one else None,
    )
    watch.heard(question, Look(answer.exchange, throttled(answer.exchange)))
    return answer.exchange


def _is_found(exchange: Exchange) -> bool:
    return exchange.answered and exchange.status == _FOUND

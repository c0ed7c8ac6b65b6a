"""Are the files of fresh versions there, and if not, who says so?"""

from goproxy_exporter.diagnosis.cache import cached
from goproxy_exporter.diagnosis.freshness import cold_miss, hides, negative_cache
from goproxy_exporter.diagnosis.looks import Look
from goproxy_exporter.diagnosis.question import Form, Question
from goproxy_exporter.model.cause import Code
from goproxy_exporter.model.exchange import Exchange
from goproxy_exporter.model.freshness import Followed
from goproxy_exporter.model.mirror import Canary
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Finding
from goproxy_exporter.probes.fresh_evidence import in_time
from goproxy_exporter.probes.watch import Watch

COLD_RUNS = 3
"""Intervals within which a version that was not there at first has come by itself."""


class Files:
    """Asks for the .info of versions that exist, until each was there once.

    Never of one that nobody has: a mirror would remember that it does not exist. A .zip is asked
    for only where the operator named the version, once its .info is there: a mirror would fetch
    and keep an archive that nobody wants.
    """

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self._missed: dict[Question, tuple[Followed, list[Look]]] = {}
        self.findings: list[Finding] = []

    async def ask(self, one: Followed, *, listed: bool) -> None:
        """Ask for what is not known to be there; `listed`: the mirror has a list of the module."""
        ledger = self._watch.ledger
        if ledger.since(one.name) is None:
            return
        if not ledger.visible(one.name, Endpoint.INFO):
            await self._info(one, listed=listed)
        if one.declared and ledger.visible(one.name, Endpoint.INFO):
            await self._zip(one)

    @property
    def doubtful(self) -> bool:
        """Whether some answers have to be looked at again."""
        return bool(self._missed)

    async def look_again(self) -> None:
        """Ask again for what was absent though it exists, where that would accuse."""
        for question, (one, looks) in self._missed.items():
            heard = await self._watch.talk.repeat(question)
            if heard is not None:
                looks.append(heard.look)
                await self._judge(one, looks)

    async def _info(self, one: Followed, *, listed: bool) -> None:
        question = _question(one, Endpoint.INFO, Form.INFO)
        heard = await self._watch.talk.ask(question)
        if heard is None:
            return
        self._note(one, heard.look)
        if _absent(heard.look) and self._accuses(one, heard.look.exchange, listed=listed):
            self._missed[question] = (one, [heard.look])
        elif heard.good and self._was_cold(one):
            self.findings.append(cold_miss(one, heard.look.exchange, looked=2))

    async def _zip(self, one: Followed) -> None:
        if self._watch.ledger.visible(one.name, Endpoint.ZIP):
            return
        heard = await self._watch.talk.ask(_question(one, Endpoint.ZIP, Form.ZIP))
        if heard is None:
            return
        # The first bytes tell that it is there: a large one need not come in time.
        there = heard.look.exchange.last.status == 200  # noqa: PLR2004 - the only success
        if there or _absent(heard.look):
            self._watch.ledger.saw(one.name, Endpoint.ZIP, self._watch.now, visible=there)

    def _note(self, one: Followed, look: Look) -> None:
        visible = look.symptom is None
        if visible or _absent(look):
            cold = not visible and self._is_cold(one, look.exchange)
            watch = self._watch
            watch.ledger.saw(one.name, Endpoint.INFO, watch.now, visible=visible, cold=cold)

    async def _judge(self, one: Followed, looks: list[Look]) -> None:
        self._note(one, looks[-1])
        since = self._watch.ledger.since(one.name)
        assert since is not None, "what is not known to exist is not asked for"
        if looks[-1].symptom is None:
            if self._is_cold(one, looks[0].exchange):
                found = looks[-1].exchange
                self.findings.append(cold_miss(one, found, looked=len(looks)))
        elif all(map(_absent, looks)):
            exchanges = [look.exchange for look in looks]
            hidden = all(hides(each, since, self._watch.now) for each in exchanges)
            if hidden and not await self._is_withdrawn(one):
                self.findings.append(negative_cache(one, exchanges, since))

    async def _is_withdrawn(self, one: Followed) -> bool:
        """Tell whether the reference does not have it either."""
        kit, mirror = self._watch.kit, self._watch.check.mirror
        hears = kit.reference.may_hear(one.module, declared=one.declared)
        if mirror.is_reference or not hears:
            return False
        canary = Canary(module=one.module, version=one.version)
        return await in_time(kit, kit.reference.has(canary)) is False

    def _accuses(self, one: Followed, exchange: Exchange, *, listed: bool) -> bool:
        since = self._watch.ledger.since(one.name)
        assert since is not None, "what is not known to exist is not asked for"
        hidden = listed and hides(exchange, since, self._watch.now)
        return hidden or self._is_cold(one, exchange)

    def _is_cold(self, one: Followed, exchange: Exchange) -> bool:
        """Tell whether an absence at the first look may be a cold miss: of what is no news."""
        since = self._watch.ledger.since(one.name)
        lag = self._watch.check.mirror.thresholds.list_lag
        first = self._watch.ledger.trace(one.name, Endpoint.INFO) is None
        old = since is not None and self._watch.now - since > lag
        return first and old and not cached(exchange.last).stored

    def _was_cold(self, one: Followed) -> bool:
        """Tell whether an earlier run looked for it first, in vain, and not long ago."""
        trace = self._watch.ledger.trace(one.name, Endpoint.INFO)
        patience = COLD_RUNS * self._watch.check.interval
        if trace is None or not trace.cold or trace.arrived is not None:
            return False
        return self._watch.now - trace.first <= patience


def _question(one: Followed, endpoint: Endpoint, form: Form) -> Question:
    return Question(endpoint=endpoint, form=form, module=one.module, version=one.version)


def _absent(look: Look) -> bool:
    """Tell whether an answer says honestly that there is no such version."""
    return look.symptom is not None and look.symptom.code is Code.MODULE_MISSING

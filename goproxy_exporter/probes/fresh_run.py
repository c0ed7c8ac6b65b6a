"""In which order does a run ask about fresh versions, and what does it bring home?"""

import asyncio

from goproxy_exporter.diagnosis.agenda import compared, subjects, wanted
from goproxy_exporter.model.freshness import Followed, Seen
from goproxy_exporter.model.names import Endpoint
from goproxy_exporter.model.result import Fact, Finding
from goproxy_exporter.probes import facts
from goproxy_exporter.probes.fresh_evidence import listed_by_reference
from goproxy_exporter.probes.fresh_facts import of_versions
from goproxy_exporter.probes.fresh_files import Files
from goproxy_exporter.probes.fresh_latest import LatestTopic
from goproxy_exporter.probes.fresh_list import ListTopic
from goproxy_exporter.probes.fresh_topic import Topic
from goproxy_exporter.probes.watch import Watch

MOST_DOUBTS = 2
"""Lists that are looked at again in one run because they lack something."""


class Run:
    """The parts of one run, and the order in which they ask."""

    def __init__(self, watch: Watch, news: str | None) -> None:
        self._watch = watch
        self._news = news
        self._files = Files(watch)
        self._topics: list[Topic] = []
        self._again: list[Topic] = []

    async def ask(self, followed: tuple[Followed, ...], revisions: tuple[Followed, ...]) -> None:
        """Ask once for everything that is wanted in this run."""
        watch = self._watch
        mirror, recall = watch.check.mirror, watch.kit.recall
        untagged = mirror.canaries.untagged
        for one in revisions:
            if one.version == self._news:
                watch.ledger.exists(one.name, watch.now)
        known = subjects(followed, untagged.module if untagged else None)
        for endpoint, module in wanted(known, followed, revisions, recall, watch.now):
            topic = (
                ListTopic(watch, module)
                if endpoint is Endpoint.LIST
                else LatestTopic(watch, module, self._news)
            )
            self._topics.append(topic)
            await topic.ask()
        await self._learn(followed)
        names = {topic.subject[1] for topic in self._lists if topic.names_any}
        for one in followed:
            await self._files.ask(one, listed=one.module in names)

    async def look_again(self) -> None:
        """Ask again what would accuse, and what is compared now and then anyway."""
        answered = [topic for topic in self._topics if topic.copies]
        due = compared(
            (topic.subject for topic in answered), self._watch.kit.recall, self._watch.now
        )
        for topic in answered:
            await topic.weigh()
        doubts = [topic for topic in answered if topic.owed][:MOST_DOUBTS]
        self._again = [topic for topic in answered if topic in doubts or topic.subject in due]
        if not self._again and not self._files.doubtful:
            return
        await self._pause()
        await self._files.look_again()
        for topic in self._again:
            await topic.look_again()
        odd = [topic for topic in self._again if topic.at_odds]
        if odd:
            await self._pause()
        for topic in odd:
            await topic.look_again()

    def findings(self) -> tuple[Finding, ...]:
        """Give what the run asserts."""
        for topic in self._again:
            topic.conclude()
        told = [topic.finding for topic in self._again if topic.finding is not None]
        return (*told, *self._files.findings)

    @property
    def seen(self) -> Seen:
        """What later runs are to remember."""
        now = self._watch.now
        listed = [topic.listed for topic in self._lists]
        judged = [topic.compared for topic in self._topics]
        return Seen(
            sights=tuple(self._watch.ledger.sights()),
            lists=tuple(one for one in listed if one is not None),
            compared=tuple(one for one in judged if one is not None),
            asked=tuple((topic.subject, now) for topic in self._topics),
        )

    def told(self, followed: tuple[Followed, ...]) -> dict[str, Fact]:
        """Give the facts of the run."""
        watch = self._watch
        told: dict[str, Fact] = {"followed": len(followed)}
        told |= of_versions(watch.ledger, followed, watch.now)
        for topic in self._topics:
            told |= topic.told
        told |= facts.of_connection(watch.talk.exchanges)
        index = watch.kit.index
        if index is not None and index.standing.readable is False:
            told["index_readable"] = False
        return told

    @property
    def _lists(self) -> list[ListTopic]:
        return [topic for topic in self._topics if isinstance(topic, ListTopic)]

    async def _learn(self, followed: tuple[Followed, ...]) -> None:
        """Ask the reference's list for versions that nobody is known to have.

        Never for a file of theirs: a mirror that is asked too early remembers that.
        """
        watch = self._watch
        for one in followed:
            if watch.ledger.since(one.name) is None:
                known = await listed_by_reference(
                    watch.check, watch.kit, one.module, declared=one.declared
                )
                if known is not None and one.version in known:
                    watch.ledger.exists(one.name, watch.now)

    async def _pause(self) -> None:
        await asyncio.sleep(min(self._watch.kit.look_gap, max(0.0, self._watch.kit.left())))

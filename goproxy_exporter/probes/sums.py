"""Which hashes do the files of a canary have to have?"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from goproxy_exporter.diagnosis.question import Form
from goproxy_exporter.diagnosis.sums import PINNED, Sum
from goproxy_exporter.gomod.dirhash import EMPTY_GO_MOD
from goproxy_exporter.model.mirror import Canary, Check
from goproxy_exporter.model.result import Fact
from goproxy_exporter.probes.kit import Kit
from goproxy_exporter.reference.known_tree import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """The right hash by form and ``path@version``, and pinned ones that are not the database's.

    What the database has counts: it was proven, and a pin may have been mistyped.
    """

    sums: Mapping[tuple[Form, str], Sum]
    contradicted: tuple[str, ...]

    @property
    def told(self) -> dict[str, Fact]:
        """Give what is worth telling of them."""
        if not self.contradicted:
            return {}
        return {"pins_contradicted": [*self.contradicted]}


async def rights_of(check: Check, kit: Kit, canaries: Iterable[Canary], *forms: Form) -> Rights:
    """Ask the checksum database for what may be asked, and add what is pinned.

    `forms` are those whose hashes are wanted; none: both.
    """
    wanted = [canary for canary in canaries if canary.version is not None]
    records = await asyncio.gather(*(_record(check, kit, canary) for canary in wanted))
    sums: dict[tuple[Form, str], Sum] = {}
    contradicted = []
    for canary, record in zip(wanted, records, strict=True):
        for form, pin in ((Form.MOD, canary.mod_sum), (Form.ZIP, canary.zip_sum)):
            if forms and form not in forms:
                continue
            proven = _of(record, form, kit) if record else None
            right = proven or (Sum(h1=pin, source=PINNED) if pin else None)
            if right is not None:
                sums[form, str(canary)] = right
            if proven is not None and pin not in (None, proven.h1):
                contradicted.append(f"{form} of {canary}")
    return Rights(sums=sums, contradicted=tuple(contradicted))


async def _record(check: Check, kit: Kit, canary: Canary) -> Record | None:
    if kit.database is None or not check.mirror.may_look_up(canary.module):
        return None
    told = await kit.database.record(canary.module, canary.version or "", source=check.mirror.url)
    return told if isinstance(told, Record) else None


def _of(record: Record, form: Form, kit: Kit) -> Sum | None:
    """Give the hash of a file; None where go would take any, or none."""
    assert kit.database is not None, "a record comes from a database"
    h1 = record.sums.mod if form is Form.MOD else record.sums.zip
    if h1 is None or h1 == EMPTY_GO_MOD:
        return None
    return Sum(
        h1=h1,
        source=f"record {record.number} of {kit.database.gosumdb.name}",
        record=record.number,
        tree_size=record.tree_size,
    )

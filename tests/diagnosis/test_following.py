"""Which fresh versions are followed, out of those that the module index tells of?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from goproxy_exporter.diagnosis.following import CROWD, MOST, SPANS, follow, moments
from goproxy_exporter.gomod.module_index import IndexLine
from goproxy_exporter.model.freshness import Followed

NOW = 1_800_000_000.0
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def line(module: str, age: float, version: str = "v1.0.0") -> IndexLine:
    time = datetime.fromtimestamp(NOW, UTC) - timedelta(seconds=age)
    return IndexLine(module=module, version=version, time=time)


def one(module: str, age: float, version: str = "v1.0.0") -> Followed:
    return Followed(module=module, version=version, published=NOW - age)


AGES = (2 * MINUTE, 10 * MINUTE, HOUR, 4 * HOUR, 12 * HOUR, 3 * DAY)
"""One of each span."""

modules = st.sampled_from([f"github.com/a/m{n}" for n in range(6)] + ["example.com/x"])
versions = st.sampled_from(
    [
        *("v1.0.0", "v1.0.1", "v0.2.0", "v2.0.0+incompatible", "v1.0.0-rc.1"),
        "v0.0.0-20191109021931-daa7c04131f5",
    ]
)
ages = st.floats(-90, 8 * DAY)
lines = st.builds(line, modules, ages, versions)
known = st.builds(one, modules, ages, st.sampled_from(["v1.0.0", "v1.0.1", "v1.1.0"]))
choices = st.lists(known, max_size=8, unique_by=lambda each: each.name)
pages = st.lists(lines, max_size=30)


@given(choices, pages, st.data())
def test_laws(before: list[Followed], page: list[IndexLine], data: st.DataObject) -> None:
    """One of each age at most, all fresh and of known origin, and each age filled that can be."""
    names = [each.name for each in before]
    everywhere = data.draw(st.sets(st.sampled_from(names)) if names else st.just(set()))
    chosen = follow(before, page, everywhere, NOW)
    assert len(chosen) <= MOST
    assert len({each.name for each in chosen}) == len(chosen)
    told = {(each.module, each.version) for each in page} | set(names)
    assert {each.name for each in chosen} <= told
    for span in SPANS:
        mine = [each for each in chosen if span.has(each, NOW)]
        assert len(mine) <= 1
        waiting = [each for each in before if span.has(each, NOW) and each.name not in everywhere]
        # What some mirror still lacks is never dropped for news, only for something older.
        if waiting:
            assert mine[0] in waiting
            assert mine[0].published == min(each.published or 0 for each in waiting)
        if any(span.has(each, NOW) for each in before):
            assert mine


@given(choices, pages)
def test_choosing_again_changes_nothing(before: list[Followed], page: list[IndexLine]) -> None:
    """Where nothing is visible everywhere, the choice is stable, and told by the pages alone."""
    # An index tells one time of a version.
    names = {each.name for each in before}
    page = list({(each.module, each.version): each for each in page}.values())
    page = [each for each in page if (each.module, each.version) not in names]
    chosen = follow(before, page, set(), NOW)
    assert follow(chosen, page, set(), NOW) == chosen
    assert follow(list(reversed(before)), list(reversed(page)), set(), NOW) == chosen


def test_one_of_each_age() -> None:
    """The oldest first, and no page is wanted then but the news."""
    chosen = follow((), [line(f"github.com/a/m{age:.0f}", age) for age in AGES], set(), NOW)
    assert [NOW - (each.published or 0) for each in chosen] == list(reversed(AGES))
    assert moments(chosen, NOW) == (NOW - 5 * MINUTE,)
    assert len(moments((), NOW)) == MOST


@pytest.mark.parametrize("missing", range(1, MOST))
def test_a_gap_is_asked_for(missing: int) -> None:
    """The page begins late in the age that nothing is followed of, so that it stays there long."""
    chosen = [one("a.b/c", age) for place, age in enumerate(AGES) if place != missing]
    _, since = moments(chosen, NOW)
    span = SPANS[missing]
    assert span.low < NOW - since <= span.high
    assert follow(chosen, [line("a.b/d", NOW - since - 1)], set(), NOW) != tuple(chosen)


@pytest.mark.parametrize(
    ("module", "version"),
    [
        ("github.com/a/b", "v1.0.0-rc.1"),
        ("github.com/a/b", "v2.0.0+incompatible"),
        ("github.com/a/b", "v0.0.0-20191109021931-daa7c04131f5"),
        ("github.com/A/b", "v1.0.0"),
        ("golang.org/toolchain", "v0.0.1"),
    ],
)
def test_what_is_not_chosen(module: str, version: str) -> None:
    """What gateways misread would be blamed on lateness; a revision is no release."""
    assert follow((), [line(module, HOUR, version)], set(), NOW) == ()


def test_news_takes_the_place_of_what_is_everywhere() -> None:
    """Among the latest alone: older ages keep what they have."""
    for age, replaced in ((2 * MINUTE, True), (HOUR, False)):
        before, news = one("a.b/old", age), line("a.b/new", age - 1)
        assert [each.module for each in follow((before,), [news], set(), NOW)] == ["a.b/old"]
        after = follow((before,), [news], {before.name}, NOW)
        assert [each.module for each in after] == ["a.b/new" if replaced else "a.b/old"]


def test_preferences() -> None:
    """A module that mirrors were asked about before; then GitHub; masses and third siblings last."""

    def best(*page: IndexLine, before: tuple[Followed, ...] = ()) -> str:
        chosen = follow(before, page, set(), NOW)
        (found,) = (each for each in chosen if SPANS[0].has(each, NOW))
        return found.module

    known = one("a.b/known", 3 * DAY)
    known_again, hub = line("a.b/known", MINUTE, "v1.1.0"), line("github.com/a/b", 2 * MINUTE)
    other = line("a.b/other", MINUTE)
    assert best(known_again, hub, other, before=(known,)) == "a.b/known"
    assert best(hub, other) == "github.com/a/b"
    assert best(other, line("a.b/older", 2 * MINUTE)) == "a.b/other"
    masses = [line(f"github.com/mass/repo/m{n}", MINUTE) for n in range(CROWD + 1)]
    assert best(*masses, other) == "a.b/other"
    assert best(*masses).startswith("github.com/mass")
    twins = (one("a.b/known", 3 * DAY), one("a.b/known", 12 * HOUR, "v1.0.1"))
    assert best(known_again, other, before=twins) == "a.b/other"
    assert best(known_again, before=twins) == "a.b/known"

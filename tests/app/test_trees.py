"""What is known of checksum databases outlives the configuration that it was learnt under."""

from collections.abc import Mapping
from pathlib import Path

from goproxy_exporter.app.app import App
from goproxy_exporter.app.trees import Trees
from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.gomod.gosumdb import SUM_GOLANG_ORG
from goproxy_exporter.probes import PROBES
from goproxy_exporter.reference.checksum_database import ChecksumDatabase
from goproxy_exporter.runner.allowances import Allowances
from goproxy_exporter.wire.clock import Clock
from goproxy_exporter.wire.resolve import Resolver
from goproxy_exporter.wire.wire import Wire

PRIVATE = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6"
MIRRORS = "mirrors: [{name: a, url: 'https://a.example'}, {name: b, url: 'https://b.example/p'}]"


def settings_of(directory: Path, text: str) -> Settings:
    file = directory / "config.yml"
    file.write_text(f"{MIRRORS}\n{text}\n")
    return load(file, env={}, implemented=frozenset(PROBES))


def databases(trees: Trees, settings: Settings) -> Mapping[str, ChecksumDatabase]:
    clock = Clock()
    return trees.databases(settings, Wire(clock, Resolver()), Allowances(clock))


def routes(database: ChecksumDatabase) -> list[str]:
    return [f"{route.name} {route.url('latest')}" for route in database._routes]


def test_equal_keys_have_one_tree_while_they_are_named(tmp_path: Path) -> None:
    """However the value is written; one that is not named any more is forgotten."""
    trees = Trees(Clock())
    (first,) = databases(trees, settings_of(tmp_path, "")).values()
    named = settings_of(tmp_path, f"checksum_database: {SUM_GOLANG_ORG}\nvantage: elsewhere")
    (second,) = databases(trees, named).values()
    assert second.tree is first.tree
    (third,) = databases(trees, settings_of(tmp_path, f"checksum_database: {PRIVATE}")).values()
    assert third.tree is not first.tree
    (again,) = databases(trees, settings_of(tmp_path, "")).values()
    assert again.tree is not first.tree
    assert databases(trees, settings_of(tmp_path, "checksum_database: off")) == {}


def test_the_database_is_asked_first_and_relays_only_where_go_asks_them(tmp_path: Path) -> None:
    """With a URL of its own the names of modules are no mirror's business."""
    trees = Trees(Clock())
    relayed = databases(trees, settings_of(tmp_path, ""))["sum.golang.org"]
    assert routes(relayed) == [
        "direct https://sum.golang.org/latest",
        "a https://a.example/sumdb/sum.golang.org/latest",
        "b https://b.example/p/sumdb/sum.golang.org/latest",
    ]
    assert not relayed._routes[1].may_hear("example.com/unheard-of")
    (apart,) = databases(
        trees, settings_of(tmp_path, "checksum_database: sum.golang.google.cn")
    ).values()
    assert routes(apart) == ["direct https://sum.golang.google.cn/latest"]


async def test_a_reload_keeps_what_is_known(tmp_path: Path) -> None:
    """The means are new, the tree is not."""
    app = App(beating=False)
    await app.adopt(settings_of(tmp_path, ""))
    assert app._means is not None
    before = app._means.databases["sum.golang.org"]
    await app.adopt(settings_of(tmp_path, "vantage: elsewhere"))
    after = app._means.databases["sum.golang.org"]
    assert after is not before
    assert after.tree is before.tree

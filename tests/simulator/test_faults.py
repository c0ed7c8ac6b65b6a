"""Faults are named after causes, know their way, and can be combined."""

import random

import pytest

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.cause import Code
from goproxy_exporter.simulator.beginning import beginning
from goproxy_exporter.simulator.conduct import Conduct, Door, Scene
from goproxy_exporter.simulator.faults import (
    FAULTS,
    MisplacedFaultError,
    UnknownNameError,
    known,
)
from goproxy_exporter.simulator.faults.bends import below, delivered, files, shorter, turn, unknown
from goproxy_exporter.simulator.modules import CATALOGUE, MISSING, STABLE
from goproxy_exporter.simulator.posture import Posture
from goproxy_exporter.simulator.reply import Reply, text
from goproxy_exporter.simulator.request import Request
from goproxy_exporter.simulator.switchboard import Switchboard

CODES = {*map(str, Code), "vulndb.stale", "vulndb.incomplete", "vulndb.unreadable"}
WANTED = {code for code in CODES if not code.startswith(("encoding.", "toolchain."))}


def scene() -> Scene:
    known = beginning(CATALOGUE, 1_800_000_000.0)
    return Scene(known=known, random=random.Random(0), slow_seconds=1.0, slow_rate=1.0)


def asked(path: str) -> Request:
    return Request(method="GET", path=path)


def test_every_cause_can_be_provoked_by_its_own_name() -> None:
    """For each code there is a fault called so."""
    assert set(FAULTS) >= WANTED


@pytest.mark.parametrize("name", FAULTS)
def test_names_say_what_is_expected(name: str) -> None:
    """A fault expects the code before the slash; healthy variants and facts expect none."""
    fault, start = FAULTS[name], name.partition("/")[0]
    assert fault.name == name
    assert fault.meaning
    assert fault.expects == (None if start in ("healthy", "fact") else start)
    assert start in {"healthy", "fact", *CODES}


def test_unknown_names_are_refused_with_those_near_them() -> None:
    """A slip of the finger is told apart from nonsense."""
    with pytest.raises(UnknownNameError, match=r"tls\.expird.*near it: tls\.expired") as caught:
        known("tls.expird")
    assert isinstance(caught.value, ConfigError)
    with pytest.raises(UnknownNameError, match=r"near it: integrity\.zip_truncated"):
        known("truncated")
    with pytest.raises(UnknownNameError) as caught:
        known("§")
    assert caught.value.near == ()


def test_faults_are_switched_on_where_they_are_made_for() -> None:
    """Elsewhere they would do nothing, which is refused."""
    board = Switchboard(("goproxy", "athens"), ("sum", "vuln-mirror"))
    with pytest.raises(MisplacedFaultError, match=r"vulndb\.stale is made for vuln-mirror or vuln"):
        board.switch("goproxy", ["http.5xx", "vulndb.stale"])
    with pytest.raises(MisplacedFaultError, match=r"made for mirror, not for sum"):
        board.switch("sum", ["sumdb.not_proxied"])
    assert (board.faults("goproxy"), board.faults("sum")) == ((), ())
    assert board.switch("vuln-mirror", ["vulndb.stale"]) == {"vuln-mirror"}
    assert board.switch("sum", ["http.5xx"]) == {"sum"}


def test_a_fault_may_show_at_other_hosts() -> None:
    """At the storage host of its mirror, and at the checksum database; there and back."""
    board = Switchboard(("goproxy", "athens"), ("sum",))
    touched = board.switch("goproxy", ["sumdb.unreachable", "http.5xx/target"])
    assert touched == {"goproxy", "goproxy-cdn", "sum"}
    assert board.posture("sum").everywhere.door is Door.REFUSED
    assert board.posture("goproxy-cdn").everywhere.bend is not None
    assert board.posture("athens") == board.posture("athens-cdn") == Posture()
    assert board.switch("goproxy", []) == {"goproxy", "goproxy-cdn", "sum"}
    assert board.posture("sum") == Posture()


@pytest.mark.parametrize(
    ("path", "tests"),
    [
        (f"/{STABLE[0]}/@v/list", set()),
        (f"/{MISSING}/@v/list", {unknown, below}),
        ("/github.com/@v/list", {unknown, shorter}),
        ("/github.com/josharian/@latest", {unknown, shorter}),
        ("/example.com/none/@v/v1.0.0.info", {unknown}),
        (f"/{STABLE[0]}/@v/{STABLE[1]}.zip", {files}),
        (f"/{STABLE[0]}/@v/v9.0.0.zip", set()),
        ("/healthz", set()),
    ],
)
def test_paths_are_told_apart(path: str, tests: set[object]) -> None:
    """What is no module, above one, below one, and files that exist."""
    assert {one for one in (unknown, below, shorter, files) if one(asked(path), scene())} == tests


def test_turns_are_counted_by_path_or_over_all() -> None:
    """Two tests never share their counts, two worlds neither."""
    by_path, over_all = turn(lambda number: number == 2), turn(lambda n: n == 2, per_path=False)
    here, there = scene(), scene()
    a, b = asked("/a.b/c/@latest"), asked("/a.b/d/@latest")
    assert [by_path(one, here) for one in (a, b, a, b, a)] == [False, False, True, True, False]
    assert [over_all(one, here) for one in (a, b, a)] == [False, True, False]
    assert [over_all(one, there) for one in (a, b)] == [False, True]


def test_conducts_lie_over_one_another() -> None:
    """The last one counts in each layer, bends follow one another, an edge is one address."""
    teapot = Conduct(bend=lambda *_: text(418, "teapot"))
    late = Conduct(bend=delivered(wait=2.0), door=Door.RESET)
    edge = Conduct(door=Door.REFUSED)
    posture = Posture(((None, teapot), (None, late), ("127.0.0.2", edge)))
    bend = posture.at("127.0.0.1").bend
    assert bend is not None
    reply = bend(asked("/x"), Reply(), scene())
    assert (reply.status, reply.wait) == (418, 2.0)
    assert posture.at("127.0.0.1").door is Door.RESET
    assert posture.at("127.0.0.2").door is Door.REFUSED
    assert posture.everywhere.door is Door.RESET
    assert posture.deep
    assert not Posture(((None, teapot),)).deep

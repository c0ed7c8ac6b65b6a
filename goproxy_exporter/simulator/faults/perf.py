"""Faults of speed."""

from dataclasses import replace

from goproxy_exporter.simulator.conduct import Bend, Conduct, Fault, Scene
from goproxy_exporter.simulator.faults.bends import Test, everything, on, when
from goproxy_exporter.simulator.faults.redirect import signed
from goproxy_exporter.simulator.reply import Reply
from goproxy_exporter.simulator.request import Kind, Request

_ZIP = on(Kind.ZIP)


def _late(_: Request, reply: Reply, scene: Scene) -> Reply:
    return replace(reply, wait=scene.slow_seconds)


def _dripping(_: Request, reply: Reply, scene: Scene) -> Reply:
    return replace(reply, rate=scene.slow_rate)


def _jitter(_: Request, reply: Reply, scene: Scene) -> Reply:
    return replace(reply, wait=scene.random.uniform(0, min(0.2, scene.slow_seconds / 10)))


def _first_byte(variant: str, meaning: str, test: Test) -> Fault:
    name = "perf.slow_first_byte"
    return Fault(f"{name}{variant}", meaning, name, here=Conduct(bend=when(test, _late)))


def _throughput(variant: str, meaning: str, *, here: Bend | None, target: Bend | None) -> Fault:
    name = "perf.slow_throughput"
    at_mirror, at_storage = Conduct(bend=here), Conduct(bend=target)
    return Fault(f"{name}{variant}", meaning, name, here=at_mirror, target=at_storage)


PERF = (
    _first_byte("", "every answer begins late", everything),
    _first_byte("/list", "lists begin late", on(Kind.LIST)),
    _first_byte("/zip", "zips begin late", _ZIP),
    _throughput(
        "", "zips drip, here and at the storage host", here=when(_ZIP, _dripping), target=_dripping
    ),
    _throughput(
        "/target",
        "large zips drip at the storage host",
        here=when(_ZIP, signed()),
        target=_dripping,
    ),
    Fault(
        "healthy/jitter", "every answer begins up to 200 ms late", None, here=Conduct(bend=_jitter)
    ),
)

"""Says in the exporter's own words how to watch a world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from goproxy_exporter.simulator.conduct import Fault
from goproxy_exporter.simulator.modules import (
    INCOMPATIBLE,
    LARGE,
    MISSING,
    STABLE,
    UNTAGGED,
    UPPERCASE,
)
from goproxy_exporter.simulator.styles import STYLES

REFERENCE = "golang"
"""The mirror that the others are held against."""
_USUAL_SECONDS, _USUAL_RATE = 6.0, 50_000.0
"""Measures of a slow answer that the exporter's default thresholds tell from a good one."""

CANARIES: Mapping[str, object] = {
    "stable": [{"module": STABLE[0], "version": STABLE[1]}],
    "uppercase": {"module": UPPERCASE[0], "version": UPPERCASE[1]},
    "incompatible": {"module": INCOMPATIBLE[0], "version": INCOMPATIBLE[1]},
    "untagged": {"module": UNTAGGED[0]},
    "large": {"module": LARGE[0], "version": LARGE[1]},
    "missing": {"module": MISSING},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One mirror: its URL and the faults that are on."""

    name: str
    url: str
    faults: Sequence[Fault]


def configuration(
    mirrors: Sequence[Watched],
    *,
    nameserver: str,
    control: str,
    ca_file: str,
    slow_seconds: float,
    slow_rate: float,
) -> dict[str, object]:
    """Write a configuration that watches these mirrors and needs nothing from outside.

    `control` is an address and port that answers whatever is wrong with mirrors and names.
    """
    names = [mirror.name for mirror in mirrors]
    document: dict[str, object] = {
        "vantage": "simulated",
        "nameservers": [nameserver],
        "control_targets": [control],
        "tls": {"ca_file": ca_file},
        "canaries": CANARIES,
        "checksum_database": "off",
        "module_index": "off",
        "mirrors": [_mirror(mirror) for mirror in mirrors],
    }
    if REFERENCE in names:
        document["reference"] = REFERENCE
    if (slow_seconds, slow_rate) != (_USUAL_SECONDS, _USUAL_RATE):
        document["thresholds"] = {
            "first_byte": f"{round(slow_seconds * 800)}ms",
            "throughput": f"{round(slow_rate * 2)}B",
        }
    return document


def _mirror(mirror: Watched) -> dict[str, object]:
    settings: dict[str, object] = {"name": mirror.name, "url": mirror.url}
    login = STYLES[mirror.name].login
    if login is not None:
        settings["auth"] = {"basic": {"username": login[0], "password": login[1]}}
    for fault in mirror.faults:
        settings |= fault.settings
    return settings

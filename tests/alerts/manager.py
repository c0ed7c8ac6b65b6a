"""A running Alertmanager, with the templates that are shipped."""

import json
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml
from ports import free_port
from source import Source

ALERTMANAGER = Path(__file__).parents[2] / "deploy" / "alertmanager"
CONFIG = ALERTMANAGER / "alertmanager.yaml"
Program = Callable[[str], str]
Labels = dict[str, str]


class Manager:
    """A running Alertmanager."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/api/v2"

    def raise_all(self, alerts: list[tuple[Labels, Labels]]) -> None:
        """Raise alerts: labels and annotations of each."""
        body = json.dumps([{"labels": one, "annotations": said} for one, said in alerts]).encode()
        headers = {"Content-Type": "application/json"}
        asked = urllib.request.Request(f"{self._url}/alerts", body, headers)
        with urllib.request.urlopen(asked, timeout=30):
            pass

    def muted(self) -> dict[str, bool]:
        """Give the alerts by name, and by mirror where they have one: whether they are inhibited."""
        with urllib.request.urlopen(f"{self._url}/alerts", timeout=30) as answer:
            return {
                "/".join([one["labels"]["alertname"], one["labels"].get("mirror", "")]): bool(
                    one["status"]["inhibitedBy"]
                )
                for one in json.load(answer)
            }

    def ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self._url}/status", timeout=30):
                return True
        except OSError:
            return False


def until(look: Callable[[], Any], seconds: float = 120) -> Any:
    """Look until there is something to be seen."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"in {seconds:g} s there was nothing"
        time.sleep(0.1)
    return seen


@contextmanager
def running(program: Program, room: Path, document: dict[str, Any]) -> Iterator[Manager]:
    """Run an Alertmanager on a configuration."""
    binary, port = program("prometheus-alertmanager"), free_port()
    document = document | {"templates": [str(ALERTMANAGER / "templates" / "*.tmpl")]}
    (room / "alertmanager.yml").write_text(yaml.safe_dump(document))
    command = [binary, f"--config.file={room / 'alertmanager.yml'}", "--cluster.listen-address="]
    command += [f"--storage.path={room}", f"--web.listen-address=127.0.0.1:{port}"]
    with (room / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        manager = Manager(f"http://127.0.0.1:{port}")
        try:
            until(manager.ready)
            yield manager
        finally:
            process.kill()
            process.wait(timeout=30)


def labels_of(source: Source, name: str, **more: str) -> Labels:
    """Give the labels that an alert of the rules has, and these."""
    (alert,) = [one for one in source.alerts if one.name == name]
    fixed = {"alertname": name, "severity": alert.severity, "category": alert.category}
    return fixed | {"job": source.job} | more

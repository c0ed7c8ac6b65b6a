"""Everything between a mirror and the SRE who is woken, as processes, and the SRE's inbox."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import shortened
import yaml
from ports import free_port
from uplink import PUBLIC, Uplink

HERE = Path(__file__).parent
PATIENCE = 120.0
"""Seconds that anything may take on a busy machine; what is waited for takes far less."""
_HANDED_OVER = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.environ.update(LISTEN_FDS="1", LISTEN_PID=str(os.getpid()))
os.execvp(sys.argv[2], sys.argv[2:])
"""
Alert = dict[str, Any]


def until(look: Callable[[], Any], why: Callable[[], str], *, seconds: float = PATIENCE) -> Any:
    """Look again and again until there is something to be seen; gives that."""
    end = time.monotonic() + seconds
    while not (seen := look()):
        assert time.monotonic() < end, f"in {seconds:g} s there was no {why()}"
        time.sleep(0.1)
    return seen


@dataclass(frozen=True)
class Letter:
    """One notification: to whom, and what Alertmanager wrote."""

    receiver: str
    content: dict[str, Any]

    @property
    def status(self) -> str:
        return str(self.content["status"])

    @property
    def mirror(self) -> str:
        return str(self.content["groupLabels"].get("mirror", ""))

    @property
    def alerts(self) -> list[Alert]:
        return list(self.content["alerts"])

    def names(self, status: str = "firing") -> set[str]:
        """Give the names of its alerts that are firing, or resolved."""
        return {one["labels"]["alertname"] for one in self.alerts if one["status"] == status}


class Inbox:
    """A webhook for every receiver, at its name. Letters are kept in order."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        letters = self.letters

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                letters.append(Letter(self.path.strip("/"), json.loads(body)))
                self.send_response(200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name there
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def pages(self, after: int) -> list[Letter]:
        """Give what woke somebody, of the letters after the first so many."""
        return [one for one in self.letters[after:] if one.receiver in ("pager", "integrity")]

    def accused(self, after: int) -> dict[str, set[str]]:
        """Give the mirrors that somebody was woken for since then, each with its alerts."""
        found: dict[str, set[str]] = {}
        for one in self.pages(after):
            if one.mirror and one.status == "firing":
                found.setdefault(one.mirror, set()).update(one.names())
        return found

    def find(self, fits: Callable[[Letter], bool], *, after: int = 0) -> Letter | None:
        """Give the last letter that fits, of those that came after the first so many."""
        return next((one for one in reversed(self.letters[after:]) if fits(one)), None)

    def wait(self, fits: Callable[[Letter], bool], *, after: int = 0, why: str) -> Letter:
        """Wait for a letter that fits."""

        def told() -> str:
            came = self.pages(after)
            return f"{why}; there were {[(one.status, one.mirror, one.names()) for one in came]}"

        found: Letter = until(lambda: self.find(fits, after=after), told)
        return found


@dataclass
class Town:
    """The running programs."""

    room: Path
    uplink: Uplink
    inbox: Inbox
    world: "subprocess.Popen[str]"
    door: socket.socket
    prometheus: str
    alertmanager: str
    exporter: "subprocess.Popen[bytes] | None" = None
    stack: ExitStack = field(default_factory=ExitStack)

    def switch(self, mirror: str, *faults: str) -> None:
        """Give a mirror of the world these faults, or none."""
        assert self.world.stdin is not None
        assert self.world.stdout is not None
        self.world.stdin.write(f"{' '.join((mirror, *faults))}\n")
        self.world.stdin.flush()
        assert self.world.stdout.readline() == "done\n"

    def query(self, promql: str) -> list[dict[str, Any]]:
        """Ask Prometheus."""
        asked = urllib.parse.urlencode({"query": promql})
        with urllib.request.urlopen(
            f"{self.prometheus}/api/v1/query?{asked}", timeout=60
        ) as answer:
            rows: list[dict[str, Any]] = json.load(answer)["data"]["result"]
            return rows

    def calm(self) -> bool:
        """Tell whether every mirror is healthy and nobody has a reason to be awake."""
        healthy = self.query('goproxy_mirror_state{state="healthy"} == 1')
        firing = self.query('ALERTS{alertstate="firing",severity="critical"}')
        known = {row["metric"]["mirror"] for row in healthy}
        return len(known) == len(MIRRORS) + len(PUBLIC) and not firing and not self._unfinished()

    def _unfinished(self) -> list[Alert]:
        """Give what Alertmanager has not heard the end of yet."""
        asked = urllib.parse.urlencode({"filter": 'severity="critical"'})
        with urllib.request.urlopen(
            f"{self.alertmanager}/api/v2/alerts?{asked}", timeout=60
        ) as answer:
            alerts: list[Alert] = json.load(answer)
            return alerts

    def until_calm(self) -> None:
        """Wait for that."""
        until(self.calm, lambda: f"calm: {self._restless()}")

    def _restless(self) -> str:
        rows = self.query('{__name__=~"ALERTS|goproxy_mirror_primary_cause_info"}')
        log = (self.room / "exporter.log").read_text()
        return f"{[row['metric'] for row in rows]}\n{log[-3000:]}"

    def start_exporter(self) -> None:
        """Start it at the same address as before."""
        log = self.stack.enter_context((self.room / "exporter.log").open("ab"))
        command = [sys.executable, "-m", "goproxy_exporter", "run", "--web.systemd-socket"]
        command += ["--config.file", str(self.room / "exporter.yml")]
        handed_over = [sys.executable, "-c", _HANDED_OVER, str(self.door.fileno())]
        self.exporter = subprocess.Popen(
            [*self.uplink.inside, *handed_over, *command],
            stderr=log,
            pass_fds=[self.door.fileno()],
        )
        self.stack.callback(_end, self.exporter)

    def kill_exporter(self) -> None:
        """Kill it: it has no time to say anything."""
        assert self.exporter is not None
        self.exporter.kill()
        self.exporter.wait(timeout=30)


MIRRORS = ("goproxy", "golang", "athens", "artifactory")
ACCEPTING = "artifactory"
"""The configuration accepts that this one answers 5xx."""


@contextmanager
def built(room: Path, uplink: Uplink, *, prometheus: str, alertmanager: str) -> Iterator[Town]:
    """Start everything but the exporter."""
    with ExitStack() as stack:
        inbox = Inbox()
        stack.callback(inbox.close)
        _said(stack, uplink.far_side, until_line="ready\n")
        near = [*uplink.inside, sys.executable, str(HERE / "world.py"), *MIRRORS]
        world = _said(stack, near)
        assert world.stdout is not None
        document = json.loads(world.stdout.readline())
        door = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        public = {f"public{number}": f"http://{one}:8080" for number, one in enumerate(PUBLIC)}
        prometheus_at, alertmanager_at = (f"127.0.0.1:{free_port()}" for _ in range(2))
        _write(room / "exporter.yml", shortened.exporter(document, public, ACCEPTING))
        _write(room / "rules.yml", shortened.rules())
        _write(room / "alertmanager.yml", shortened.alertmanager(inbox.url))
        addresses = (f"127.0.0.1:{door.getsockname()[1]}", alertmanager_at)
        _write(room / "prometheus.yml", shortened.prometheus(room / "rules.yml", *addresses))
        _run(
            stack,
            room / "alertmanager.log",
            alertmanager,
            f"--config.file={room / 'alertmanager.yml'}",
            f"--storage.path={room / 'alertmanager'}",
            f"--web.listen-address={alertmanager_at}",
            "--cluster.listen-address=",
        )
        _run(
            stack,
            room / "prometheus.log",
            prometheus,
            f"--config.file={room / 'prometheus.yml'}",
            f"--storage.tsdb.path={room / 'tsdb'}",
            f"--web.listen-address={prometheus_at}",
        )
        town = Town(
            room=room,
            uplink=uplink,
            inbox=inbox,
            world=world,
            door=door,
            prometheus=f"http://{prometheus_at}",
            alertmanager=f"http://{alertmanager_at}",
            stack=stack,
        )
        for url in (town.prometheus, town.alertmanager):
            until(partial(_ready, url), partial("answer of {}".format, url))
        town.start_exporter()
        yield town


def _ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=60):
            return True
    except OSError:
        return False


def _said(
    stack: ExitStack, command: Sequence[str], *, until_line: str = ""
) -> "subprocess.Popen[str]":
    pipe = subprocess.PIPE
    process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, env=os.environ.copy())
    stack.callback(_end, process)
    assert process.stdout is not None
    if until_line:
        assert process.stdout.readline() == until_line
    return process


def _run(stack: ExitStack, log: Path, *command: str) -> None:
    out = stack.enter_context(log.open("wb"))
    stack.callback(_end, subprocess.Popen(command, stdout=out, stderr=out))


def _end(process: "subprocess.Popen[Any]") -> None:
    process.kill()
    process.wait(timeout=30)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()


def _write(path: Path, document: object) -> None:
    path.write_text(yaml.safe_dump(document, sort_keys=False))

"""Module proxies that are not ours, serving real modules on loopback."""

import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from ports import free_port
from programs import needed

from goproxy_exporter.simulator.certificates import Authority

SERVERS = Path(__file__).parents[2] / ".cache" / "real"
QUOTE = "rsc.io/quote@v1.5.2"
TEXT = "golang.org/x/text@v0.14.0"
TOML = "github.com/BurntSushi/toml@v1.3.2"
INTERN = "github.com/josharian/intern@v1.0.0"
GLS = "github.com/jtolds/gls@v4.20.0+incompatible"
LARGE = "github.com/aws/aws-sdk-go@v1.45.2"
MODULES = (QUOTE, TEXT, TOML, INTERN, GLS, LARGE)


@dataclass(frozen=True, slots=True)
class Mirror:
    """A running module proxy."""

    name: str
    url: str


def built(name: str) -> str:
    """Give a server's binary, or skip."""
    path = SERVERS / name
    if not path.exists():
        pytest.skip(f"{name} is not built: make real-servers (needs a Go module proxy)")
    return str(path)


def wait_for(url: str, *, seconds: float = 120.0) -> None:
    """Wait until something answers there over HTTP, whatever it says."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=30).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return


@contextmanager
def program(
    command: list[str], log: Path, *, env: dict[str, str] | None = None
) -> Generator[subprocess.Popen[bytes]]:
    """Run a program for the block, its output in a file."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        try:
            yield process
        finally:
            process.terminate()
            process.wait(timeout=60)


@pytest.fixture(scope="session")
def go() -> str:
    return needed("go")


@pytest.fixture(scope="session")
def upstream(go: str) -> str:
    """The machine's own Go proxy setting, without `direct`; skip where it cannot be reached."""
    value = subprocess.run([go, "env", "GOPROXY"], capture_output=True, text=True, check=True)
    first = value.stdout.strip().replace("|", ",").split(",")[0]
    if "://" not in first:
        pytest.skip(f"GOPROXY={first} names no module proxy")
    try:
        urllib.request.urlopen(f"{first}/golang.org/x/text/@v/v0.14.0.info", timeout=60).close()
    except OSError as error:
        pytest.skip(f"the Go module proxy of this machine cannot be reached: {error}")
    return first


@pytest.fixture(scope="session")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder for caches and logs; the module cache in it is read-only until removed."""
    folder = tmp_path_factory.mktemp("real")
    yield folder
    subprocess.run(["chmod", "-R", "u+w", str(folder)], check=True)


@pytest.fixture(scope="session")
def authority(room: Path) -> Authority:
    authority = Authority.create()
    (room / "ca.pem").write_bytes(authority.pem)
    return authority


@pytest.fixture(scope="session")
def mirrors(go: str, upstream: str, room: Path, authority: Authority) -> Iterator[list[Mirror]]:
    """goproxy/goproxy, Athens, and the go command's module cache behind nginx with HTTP/2."""
    with ExitStack() as stack:
        yield [
            stack.enter_context(_goproxy(go, upstream, room)),
            stack.enter_context(_athens(go, upstream, room)),
            stack.enter_context(_nginx(go, room, authority)),
        ]


@contextmanager
def _goproxy(go: str, upstream: str, room: Path) -> Generator[Mirror]:
    port = free_port()
    command = [built("goproxy"), "server", "--address", f"127.0.0.1:{port}", "--go-bin", go]
    command += ["--cacher-dir", str(room / "goproxy-cache"), "--temp-dir", str(room)]
    env = {"GOPROXY": upstream, "GOTOOLCHAIN": "local", "GOMODCACHE": str(room / "goproxy-mod")}
    with program(command, room / "goproxy.log", env=env):
        wait_for(f"http://127.0.0.1:{port}/")
        yield Mirror("goproxy", f"http://127.0.0.1:{port}")


@contextmanager
def _athens(go: str, upstream: str, room: Path) -> Generator[Mirror]:
    port = free_port()
    (room / "athens").mkdir()
    env = {
        "GOPROXY": upstream,
        "GOTOOLCHAIN": "local",
        "GOMODCACHE": str(room / "athens-mod"),
        "ATHENS_STORAGE_TYPE": "disk",
        "ATHENS_DISK_STORAGE_ROOT": str(room / "athens"),
        "ATHENS_PORT": f"127.0.0.1:{port}",
        "ATHENS_GO_BINARY_PATH": go,
        "ATHENS_GO_BINARY_ENV_VARS": f"GOPROXY={upstream}",
    }
    with program([built("athens")], room / "athens.log", env=env):
        wait_for(f"http://127.0.0.1:{port}/healthz")
        yield Mirror("athens", f"http://127.0.0.1:{port}")


NGINX = """
{user} daemon off; error_log stderr; pid {room}/nginx.pid; worker_processes 1;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {room}/nginx-body; proxy_temp_path {room}/nginx-proxy;
  fastcgi_temp_path {room}/nginx-fastcgi; uwsgi_temp_path {room}/nginx-uwsgi;
  scgi_temp_path {room}/nginx-scgi;
  server {{
    listen 127.0.0.1:{port} ssl http2;
    ssl_certificate {room}/nginx.pem; ssl_certificate_key {room}/nginx.key;
    root {cache};
  }}
}}
"""


@contextmanager
def _nginx(go: str, room: Path, authority: Authority) -> Generator[Mirror]:
    nginx = needed("nginx")
    cache = room / "mod"
    env = {"GOMODCACHE": str(cache), "GOTOOLCHAIN": "local", "GOFLAGS": "-modcacherw"}
    for module in MODULES:
        command = [go, "mod", "download", module]
        subprocess.run(command, env={**os.environ, **env}, cwd=room, check=True)
    port = free_port()
    authority.issue(["localhost", "127.0.0.1"]).write(room, "nginx")
    config = room / "nginx.conf"
    # Started by root, nginx would drop to a user who cannot read this folder.
    user = "user root;" if os.geteuid() == 0 else ""
    files = cache / "cache" / "download"
    config.write_text(NGINX.format(user=user, room=room, port=port, cache=files))
    command = [nginx, "-p", str(room), "-c", str(config), "-e", "stderr"]
    with program(command, room / "nginx.log"):
        _wait_for_port(port)
        yield Mirror("nginx", f"https://localhost:{port}")


def _wait_for_port(port: int) -> None:
    deadline = time.monotonic() + 120
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=30).close()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
        else:
            return

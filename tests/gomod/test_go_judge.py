"""Whatever our rules say about a mirror, the go command does, asked over loopback."""

import hashlib
import io
import json
import subprocess
import zipfile
from base64 import b64encode
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from goproxy_exporter.errors import ProtocolError
from goproxy_exporter.gomod import endpoint
from goproxy_exporter.gomod.archive import inspect
from goproxy_exporter.gomod.cached import LONGEST_VERSION, check_length
from goproxy_exporter.gomod.chain import Walk
from goproxy_exporter.gomod.error_body import shown
from goproxy_exporter.gomod.goproxy import parse
from goproxy_exporter.gomod.info import parse_info
from goproxy_exporter.gomod.listing import highest, parse_list
from goproxy_exporter.gomod.status import Class, classify

pytestmark = pytest.mark.timeout(120)

Run = Callable[..., "subprocess.CompletedProcess[str]"]


def archive(module: str, version: str, *, go_mod: bool = True) -> bytes:
    """Make the archive of a module with hardly anything in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        packed.writestr(f"{module}@{version}/m.go", "package m\n")
        if go_mod:
            packed.writestr(f"{module}@{version}/go.mod", f"module {module}\n")
    return out.getvalue()


def publish(mirror: Any, base: str, module: str, version: str, *, go_mod: bool = True) -> None:
    """Serve one version, complete."""
    info = json.dumps({"Version": version})
    mirror.serve(endpoint.info_url(base, module, version), info)
    mirror.serve(endpoint.mod_url(base, module, version), f"module {module}\n")
    mirror.serve(endpoint.zip_url(base, module, version), archive(module, version, go_mod=go_mod))


def download(run_go: Run, queries: Iterable[str], **env: str) -> dict[str, dict[str, str]]:
    """Ask for many modules at once; give what go says of each, by its path."""
    ran = run_go("mod", "download", "-json", *queries, **env)
    decoder = json.JSONDecoder()
    text, told = ran.stdout.strip(), {}
    while text:
        one, end = decoder.raw_decode(text)
        told[one["Path"]] = one
        text = text[end:].lstrip()
    assert told, ran.stderr
    return told


def test_urls(run_go: Run, mirror: Any) -> None:
    """Go sends the very request targets that we make: ``!`` as %21, ``+`` as it is."""
    suffixes = [
        "",
        "/",
        "/goproxy",
        "/goproxy/",
        "//a//b/",
        "/x%2Fy/",
        "/p?x=1&y=%20",
        "/a!b",
        "/x/../y",
    ]
    bases = [f"http://{mirror.address}{suffix}" for suffix in suffixes]
    module, version = "github.com/BurntSushi/toml", "v2.0.0-A.b+incompatible"
    publish(mirror, bases[-1], module, version)
    download(run_go, [f"{module}@{version}"], GOPROXY=",".join(bases))
    for kind in (endpoint.info_url, endpoint.mod_url, endpoint.zip_url):
        wanted = [kind(base, module, version).partition(mirror.address)[2] for base in bases]
        first = mirror.asked.index(wanted[0])
        assert mirror.asked[first : first + len(bases)] == wanted


def test_latest_urls(run_go: Run, mirror: Any) -> None:
    """Go asks for the list, and where it is empty for the latest version."""
    base = f"http://{mirror.address}/p/"
    mirror.serve(endpoint.list_url(base, "example.com/Empty"), "")
    download(run_go, ["example.com/Empty@latest"], GOPROXY=base)
    urls = (
        endpoint.list_url(base, "example.com/Empty"),
        endpoint.latest_url(base, "example.com/Empty"),
    )
    assert mirror.asked[:2] == [url.partition(mirror.address)[2] for url in urls]


INFOS = [
    '{"Version":"v1.0.0"}',
    '{"Version":"v1.0.0","Time":null}',
    '{"Version":"v1.0.0","Time":"2019-12-14T22:12:22Z"} \n',
    '{"Version":"v1.0.0","Time":"2019-12-14T2:12:22Z"}',
    '{"Version":"v1.0.0","Time":"2019-12-14T22:12:22,5+24:60"}',
    '{"Version":"v1.0.0","Time":"2019-12-14T22:12:22+25:00"}',
    '{"Version":"v1.0.0","Time":"2019-12-14t22:12:22z"}',
    '{"Version":"v1.0.0","Time":"2019-12-14T22:12:22\\u005a"}',
    '{"Version":"v1.0.0","Time":""}',
    '{"Version":"v1.0.0","Time":1}',
    '{"VER\u017fION":"v1.0.0"}',
    '{"Ver_sion":"v1.0.0"}',
    '{"Version":"v1.0.0","Version":null}',
    '{"Version":"v1.0.1","version":"v1.0.0"}',
    '{"Version":[],"Version":"v1.0.0"}',
    '{"Version":"v1.0.0","x":NaN}',
    '{"Version":"v1.0.0","x":01}',
    '{"Version":"v1.0.0","Origin":{"URL":1}}',
    '{"Version":"v1.0.0","Origin":[]}',
    '{"Version":"v1.0.0","Origin":{"vcs":"git","Extra":{}}}',
    '\ufeff{"Version":"v1.0.0"}',
    '{"Version":"v1.0.0"}x',
    '{"Version":"v1.0.1"}',
    '{"Version":"v1.0"}',
    '["v1.0.0"]',
    "null",
    "",
    "<html></html>",
]


def test_info(run_go: Run, mirror: Any) -> None:
    """Go takes and refuses the same metadata of a version."""
    base = f"http://{mirror.address}"
    modules = {f"example.com/i{number}": body for number, body in enumerate(INFOS)}
    for module, body in modules.items():
        publish(mirror, base, module, "v1.0.0")
        mirror.serve(endpoint.info_url(base, module, "v1.0.0"), body)
    told = download(run_go, [f"{module}@v1.0.0" for module in modules], GOPROXY=base)
    for module, body in modules.items():
        assert accepted(body, "v1.0.0") == ("Error" not in told[module]), (body, told[module])


LATEST = [
    '{"Version":"v0.0.0-20191109021931-daa7c04131f5","Time":"2019-11-09T02:19:31Z"}',
    '{"Version":"v1.2.3"}',
    '{"Version":"v1.2"}',
    '{"Version":"v1.2.3+meta"}',
    '{"Version":"latest"}',
    '{"Version":""}',
    '{"Time":"2019-11-09T02:19:31Z"}',
    "null",
    "{}x",
]


def test_latest(run_go: Run, mirror: Any) -> None:
    """Go takes and refuses the same answers about the latest version."""
    base = f"http://{mirror.address}"
    modules = {f"example.com/l{number}": body for number, body in enumerate(LATEST)}
    for module, body in modules.items():
        mirror.serve(endpoint.list_url(base, module), "")
        mirror.serve(endpoint.latest_url(base, module), body)
        for version in ("v0.0.0-20191109021931-daa7c04131f5", "v1.2.3"):
            publish(mirror, base, module, version)
    for module, body in modules.items():
        # One at a time, by `get`: some are internal errors, and `mod download` overlooks others.
        ran = run_go("get", f"{module}@latest", GOPROXY=base)
        assert accepted(body, None) == (ran.returncode == 0), (body, ran.stderr)


def accepted(body: str, requested: str | None) -> bool:
    try:
        parse_info(body.encode(), requested)
    except ProtocolError:
        return False
    return True


LISTS = [
    b"v1.0.0\nv1.1.0\nv1.2.0-rc.1\n",
    b"v1.10.0\r\nv1.9.0\r\n",
    b"v0.1.0-alpha\nv0.1.0-beta.2\nv0.1.0-beta.11\n",
    b"v0.0.0-20191109021931-daa7c04131f5\nv0.3.0 2019-01-01T00:00:00Z\n",
    b"  v1.0.0\tx\n\n<html>\nv01.5.0\n1.6.0\n",
    b"v1.0.0\xc2\xa0x\nv1.1.0\x1cx\n",
    b"v1.0.0\n\0\0\0v1.1.0\n",
    b"v1.99999999999999999999.0\nv1.3.0\n",
    b"v2.0.0+incompatible\nv3.0.0+incompatible\n",
    b"v1.0.0-0\nv1.0.0-a\nv1.0.0-A\n",
]


def test_lists(run_go: Run, mirror: Any) -> None:
    """Go picks the same version as the latest of a list."""
    base = f"http://{mirror.address}"
    best = {}
    for number, body in enumerate(LISTS):
        module = f"example.com/v{number}x"
        listing = parse_list(body)
        mirror.serve(endpoint.list_url(base, module), body)
        for version in listing.versions:
            publish(mirror, base, module, version, go_mod="+" not in version)
        best[module] = highest(listing.versions)
    told = download(run_go, [f"{module}@latest" for module in best], GOPROXY=base)
    assert {module: one.get("Version") for module, one in told.items()} == best, told


def test_incompatible_versions(run_go: Run, mirror: Any) -> None:
    """Go leaves +incompatible versions aside where the highest other version has a go.mod."""
    base = f"http://{mirror.address}"
    versions = ("v1.0.0", "v2.0.0+incompatible")
    for module, has_go_mod in (("example.com/with", True), ("example.com/without", False)):
        mirror.serve(endpoint.list_url(base, module), "\n".join(versions))
        for version in versions:
            publish(mirror, base, module, version, go_mod=has_go_mod and "+" not in version)
        if has_go_mod:
            # One that is more than the line that go makes up for modules without a go.mod.
            url = endpoint.mod_url(base, module, "v1.0.0")
            mirror.serve(url, f"module {module}\n\ngo 1.21\n")
        told = download(run_go, [f"{module}@latest"], GOPROXY=base)
        assert told[module]["Version"] == highest(versions, incompatible=not has_go_mod)


STATUSES = [
    *range(200, 209),
    *[226, 300, 304, 305, 306],
    *[
        400,
        401,
        402,
        403,
        404,
        405,
        406,
        407,
        408,
        409,
        410,
        411,
        412,
        413,
        414,
        415,
        416,
        417,
        418,
    ],
    *[421, 422, 423, 424, 425, 426, 428, 429, 431, 444, 451, 478, 499],
    *[500, 501, 502, 503, 504, 505, 507, 508, 510, 511, 520, 522, 530, 599],
]


@pytest.mark.parametrize("separator", [",", "|"])
def test_statuses(run_go: Run, mirror: Any, separator: str) -> None:
    """Go falls back from every status exactly where the walk does."""
    one, two = f"http://{mirror.address}/one", f"http://{mirror.address}/two"
    for status in STATUSES:
        module = f"example.com/s{status}"
        publish(mirror, one, module, "v1.0.0")
        publish(mirror, two, module, "v1.0.0")
        url = endpoint.info_url(one, module, "v1.0.0")
        mirror.serve(url, '{"Version":"v1.0.0"}', status=status)
    value = f"{one}{separator}{two}"
    told = download(run_go, [f"example.com/s{status}@v1.0.0" for status in STATUSES], GOPROXY=value)
    for status in STATUSES:
        walk = Walk(parse(value))
        walk.answered(classify(status))
        while walk.next():
            walk.answered(Class.SUCCESS)
        ruling = told[f"example.com/s{status}"]
        assert walk.verdict.ok == ("Error" not in ruling), (status, ruling)
        asked = f"/two/example.com/s{status}/@v/v1.0.0.info" in mirror.asked
        assert asked == walk.verdict.fallback, status


WALKS = [
    [404, ",", 200],
    [404, ",", 500, ",", 200],
    [500, "|", 404, "|", 403],
    [500, "|", 404],
    [404, ",", 410],
    [404, ",", 403, ",", 404],
    [403, "|", 404, ",", 500, "|", 404],
    [404, ",", "off"],
    [500, "|", "off"],
    [500, ",", "off", ",", 200],
    ["off", ",", 200],
    [404, ",", "direct"],
    [500, "|", "direct", ",", 200],
    [500, ",", "direct"],
]


@pytest.mark.parametrize("steps", WALKS, ids=lambda steps: "".join(map(str, steps)))
def test_walks(run_go: Run, mirror: Any, steps: list[Any]) -> None:
    """Go ends where the walk ends, asks the same proxies, and shows the error of the same one.

    The module lives at 127.0.0.1, so that `direct` reaches nothing but this machine.
    """
    value, module = "", "127.0.0.1/m"
    for place, step in enumerate(steps):
        value += f"http://{mirror.address}/p{place}" if isinstance(step, int) else step
        if isinstance(step, int):
            publish(mirror, f"http://{mirror.address}/p{place}", module, "v1.0.0")
            url = endpoint.info_url(f"http://{mirror.address}/p{place}", module, "v1.0.0")
            mirror.serve(url, '{"Version":"v1.0.0"}', status=step)
    walk, wanted = Walk(parse(value)), []
    while entry := walk.next():
        place = int(entry.url.rpartition("/p")[2])
        wanted.append(f"/p{place}/{module}/@v/v1.0.0.info")
        walk.answered(classify(steps[place]))
    ruling = download(run_go, [f"{module}@v1.0.0"], GOPROXY=value)[module]
    assert [target for target in mirror.asked if target.endswith(".info")] == wanted
    verdict = walk.verdict
    if verdict.assumed:
        assert "https://127.0.0.1/m?go-get=1" in ruling["Error"]
    elif verdict.stopped_by is None:
        assert "Error" not in ruling
    elif verdict.stopped_by.url == "off":
        assert "disabled by GOPROXY=off" in ruling["Error"]
    else:
        assert f"{verdict.stopped_by.url}/" in ruling["Error"]


def test_private_module(run_go: Run, mirror: Any) -> None:
    """Go asks no proxy for a module that GONOPROXY matches."""
    value, module = f"http://{mirror.address}", "127.0.0.1/m"
    publish(mirror, value, module, "v1.0.0")
    ruling = download(run_go, [f"{module}@v1.0.0"], GOPROXY=value, GONOPROXY="127.0.0.1")[module]
    verdict = Walk(parse(value), private=True).verdict
    assert verdict.assumed
    assert mirror.asked == []
    assert "go-get=1" in ruling["Error"]


RELAYS = [
    [200],
    [404],
    [404, ",", 200],
    [500, ",", 200],
    [500, "|", 200],
    [403],
    [204],
    [404, ",", "off"],
    [500, "|", "off"],
    [500, "|", "direct"],
    [500, "|", 404],
    [500, ",", "direct"],
    [410, ",", "direct"],
]


@pytest.mark.parametrize("steps", RELAYS, ids=lambda steps: "".join(map(str, steps)))
def test_relays(run_go: Run, mirror: Any, steps: list[Any]) -> None:
    """Go finds the way to the checksum database that the relay walk finds.

    The database's name is this server too, which does not speak TLS: asked directly it fails.
    """
    name = f"{mirror.address}/db"
    value, module = "", "127.0.0.1/m"
    for place, step in enumerate(steps):
        base = f"http://{mirror.address}/p{place}"
        value += base if isinstance(step, int) else step
        if isinstance(step, int):
            publish(mirror, base, module, "v1.0.0")
            mirror.serve(f"{base}/sumdb/{name}/supported", "", status=step)
    walk = Walk(parse(value), relay=True)
    while entry := walk.next():
        walk.answered(classify(steps[int(entry.url.rpartition("/p")[2])]))
    ruling = download(run_go, [f"{module}@v1.0.0"], GOPROXY=value, GOSUMDB=verifier_key(name))[
        module
    ]
    verdict = walk.verdict
    assert verdict.assumed == ("TLS" in mirror.asked)
    if verdict.assumed:
        assert not any("/lookup/" in target for target in mirror.asked)
    elif verdict.answered_by is not None:
        assert f"{verdict.answered_by.url}/sumdb/{name}/lookup/" in ruling["Error"]
    else:
        assert verdict.stopped_by is not None
        assert f"{verdict.stopped_by.url}/sumdb/{name}/supported" in ruling["Error"]


def verifier_key(name: str) -> str:
    """Make up a key of the right form; nothing is ever signed with it."""
    key = b"\x01" + bytes(32)
    digest = hashlib.sha256(f"{name}\n".encode() + key).digest()[:4].hex()
    return f"{name}+{digest}+{b64encode(key).decode()}"


GRAMMAR = [
    "{0}",
    " {0} , {1} ",
    "{0}|{1},{2}",
    "{0},,|{1}",
    "{0},off,{1}",
    "{0},OFF",
    "{0},Direct",
    ",",
    " | ,",
    "foo",
    "{0},foo",
    "ftp://127.0.0.1/x",
    "{0},:80",
    "http://127.0.0.1:x/",
    "http://[::1",
    "http://127.0.0.1/%zz",
    "{0}#f,{1}",
    "/srv/x",
    "file:///nonexistent,{0}",
    "file://127.0.0.1/x",
    "file:x",
    "\u00a0{0}\u2003",
    "a b://127.0.0.1",
]


@pytest.mark.parametrize("pattern", GRAMMAR)
def test_grammar(run_go: Run, mirror: Any, pattern: str) -> None:
    """Go reads the same entries from a GOPROXY value, or refuses it."""
    value = pattern.format(*(f"http://{mirror.address}/p{number}" for number in range(3)))
    ran = run_go("mod", "download", "-json", "example.com/m@v1.0.0", GOPROXY=value)
    try:
        entries = parse(value)
    except ProtocolError:
        assert ran.returncode != 0
        assert mirror.asked == []
        assert "404" not in ran.stdout
        return
    wanted = [entry.url for entry in entries if mirror.address in entry.url]
    targets = [endpoint.info_url(url, "example.com/m", "v1.0.0") for url in wanted]
    assert mirror.asked == [target.partition(mirror.address)[2] for target in targets]


ARCHIVES: list[tuple[str, list[tuple[str, str]]]] = [
    ("plain", [("{}go.mod", "module x\n"), ("{}m.go", "package m\n")]),
    ("empty", []),
    ("directory", [("{}m.go", "package m\n"), ("{}sub/", "")]),
    ("root", [("{}", ""), ("{}m.go", "package m\n")]),
    ("prefix", [("{}m.go", ""), ("m.go", "")]),
    ("nested", [("{}sub/go.mod", "module x\n")]),
    ("case", [("{}GO.MOD", "module x\n")]),
    ("collision", [("{}a.go", ""), ("{}A.go", "")]),
    ("kelvin", [("{}k.go", ""), ("{}\u212a.go", "")]),
    ("both", [("{}a", ""), ("{}a/b", "")]),
    ("dotdot", [("{}../x", "")]),
    ("colon", [("{}a:b", "")]),
    ("backslash", [("{}a\\b", "")]),
    ("device", [("{}sub/aux.go", "")]),
    ("unicode", [("{}é.go", ""), ("{}a b.txt", "")]),
    ("accent", [("{}e\u0301.go", "")]),
    ("license", [("{}LICENSE", "x" * ((16 << 20) + 1))]),
    ("large", [("{}sub/LICENSE", "x" * ((16 << 20) + 1))]),
]


def test_archives(run_go: Run, mirror: Any) -> None:
    """Go takes and refuses the same archives, and finds the same hash."""
    base, bodies = f"http://{mirror.address}", {}
    for name, files in ARCHIVES:
        module, out = f"example.com/{name}", io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
            for file, content in files:
                packed.writestr(file.format(f"{module}@v1.0.0/"), content)
        bodies[module] = out.getvalue()
    bodies["example.com/torn"] = archive("example.com/torn", "v1.0.0")[:-30]
    bodies["example.com/html"] = b"<html></html>"
    bodies["example.com/flip"] = archive("example.com/flip", "v1.0.0").replace(
        b"package", b"packagf"
    )
    for module, body in bodies.items():
        publish(mirror, base, module, "v1.0.0")
        mirror.serve(endpoint.zip_url(base, module, "v1.0.0"), body)
    told = download(run_go, [f"{module}@v1.0.0" for module in bodies], GOPROXY=base)
    for module, body in bodies.items():
        try:
            mine = inspect(io.BytesIO(body), module=module, version="v1.0.0").h1
        except ProtocolError:
            mine = ""
        # A module that go could hash and not extract has a sum all the same.
        theirs = "" if "Error" in told[module] else told[module]["Sum"]
        assert mine == theirs, (module, told[module])


def test_versions_too_long_for_the_cache(run_go: Run, mirror: Any) -> None:
    """What we call too long fails for go, too; what is far from that is downloaded."""
    base = f"http://{mirror.address}"
    lengths = {"example.com/longest": LONGEST_VERSION + 1, "example.com/long": 200}
    versions = {module: f"v1.0.{'9' * (length - 5)}" for module, length in lengths.items()}
    for module, version in versions.items():
        publish(mirror, base, module, version)

    told = download(
        run_go, [f"{module}@{version}" for module, version in versions.items()], GOPROXY=base
    )

    check_length(versions["example.com/long"])
    assert "Error" not in told["example.com/long"]
    with pytest.raises(ProtocolError):
        check_length(versions["example.com/longest"])
    assert "file name too long" in told["example.com/longest"]["Error"]


BODIES = [
    ("text/plain; charset=utf-8", b"one\ntwo\n\nafter a blank line"),
    ("text/plain", b"one"),
    ("TEXT/Plain;", b"one \n two\n"),
    ("text/html", b"<html>"),
    ("text/plain; charset=iso-8859-1", b"one"),
    ("text/plain; charset=US-ASCII", b"one\r\ntwo"),
    ("text/plain; charset", b"one"),
    ("text/plain; charset=a; charset=b", b"one"),
    ("", b"one"),
    ("text/plain", "häßlich\u00a0é".encode()),
    ("text/plain", b"bell\x07"),
    ("text/plain", b"invalid \xff"),
    ("text/plain", "\u200b hidden".encode()),
    ("text/plain", b"".join(b"line %d\n" % number for number in range(20))),
    ("text/plain", b"x" * 648),
    ("text/plain", b"x" * 649),
    ("text/plain", b"x" * 600 + b"\n" + b"y" * 60),
    ("text/plain", b"\nsecond"),
    ("text/plain", b""),
]


def test_error_bodies(run_go: Run, mirror: Any) -> None:
    """Go shows the same of an error's body."""
    base = f"http://{mirror.address}"
    modules = {f"example.com/e{number}": body for number, body in enumerate(BODIES)}
    urls = {module: endpoint.info_url(base, module, "v1.0.0") for module in modules}
    for module, (kind, body) in modules.items():
        mirror.serve(urls[module], body, status=404, kind=kind)
    told = download(run_go, [f"{module}@v1.0.0" for module in modules], GOPROXY=base)
    for module, (kind, body) in modules.items():
        detail = shown(kind, body)
        gap = "\n\t" if "\n" in detail else " "
        wanted = f"reading {urls[module]}: 404 Not Found"
        wanted += f"\n\tserver response:{gap}{detail}" if detail else ""
        assert told[module]["Error"].endswith(wanted), (told[module]["Error"], wanted)

"""What must never be shown, and is not: anywhere, whatever mirrors do with what they are told."""

import asyncio
import base64
import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import yaml

from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

ENV, FILE, URL, HEADER, PROXY, TOKEN = (
    f"s3cret-{name}-{name[::-1]}"
    for name in ("environ", "file", "userinfo", "header", "proxy", "token")
)
SECRETS = (ENV, FILE, URL, HEADER, PROXY, TOKEN)
USER = "somebody"
PAGES = ("/", "/metrics", "/config", "/api/v1/mirrors", "/sd", "/-/ready", "/api/v1/nothing")


def _forms(secret: str) -> set[str]:
    """Give every way in which a secret might be written."""
    pair = f"{USER}:{secret}"
    return {
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(secret.encode()).decode().rstrip("="),
        base64.b64encode(pair.encode()).decode().rstrip("="),
        json.dumps(secret)[1:-1],
    }


def _assert_hidden(text: str, where: str) -> None:
    for secret in SECRETS:
        for form in _forms(secret):
            assert form not in text, (
                f"{form} is in {where}: …{text[max(0, text.find(form) - 300) :][:400]}"
            )


@pytest.fixture
async def echo(tmp_path: Path) -> AsyncIterator[dict[str, str]]:
    """A mirror that says back whatever it is told: in heads, in bodies, in where it leads to."""
    authority = Authority.create()
    context = authority.subordinate().issue(["127.0.0.1"]).server_context(alpn=())
    (tmp_path / "echo.pem").write_bytes(authority.pem)

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                writer.write(_said_back(head))
                await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        yield {"url": f"https://127.0.0.1:{port}", "ca_file": str(tmp_path / "echo.pem")}


def _said_back(head: bytes) -> bytes:
    """Answer each kind of request with the request in another place."""
    asked, *lines = head.rstrip().split(b"\r\n")
    fields = [line for line in lines if line.lower().startswith((b"authorization", b"x-"))]
    path = asked.split(b" ")[1]
    body = b"you said: " + b", ".join(fields)
    status, extra = b"500 " + b" ".join(fields), b"X-Echo: " + b" ".join(fields)
    if path.endswith(b".info"):
        status, body = b"200 OK", b'{"Version": "' + b" ".join(fields).replace(b'"', b"") + b'"}'
    elif path.endswith(b".mod"):
        status, extra = (
            b"302 Found",
            b"Location: https://x:" + TOKEN.encode() + b"@127.0.0.1:1/?k=" + TOKEN.encode(),
        )
    elif path.endswith(b"@latest"):
        status = b"404 Not Found"
    elif path.endswith(b".zip"):
        status = b"401 Unauthorized"
        extra = b'WWW-Authenticate: Bearer realm="' + b" ".join(fields) + b'"'
    return b"HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n%s\r\n\r\n%s" % (
        status,
        len(body),
        extra,
        body,
    )


@pytest.fixture
def private(
    configure: Configure, world: World, echo: dict[str, str], tmp_path: Path
) -> dict[str, Any]:
    """Every way to have a secret: environment, file, URL, header, forward proxy."""
    (tmp_path / "token").write_text(f"{FILE}\n")
    document = configure("artifactory", "goproxy", checks={"endpoints": "1s", "zip": "1s"})
    artifactory, goproxy = document["mirrors"]
    if artifactory["name"] != "artifactory":
        artifactory, goproxy = goproxy, artifactory
    artifactory["auth"] = {"basic": {"username": USER, "password": "${MIRROR_PASSWORD}"}}
    goproxy["forward_proxy"] = f"http://{USER}:{PROXY}@127.0.0.1:1"
    beats = goproxy["checks"]
    token = {**echo, "name": "token", "auth": {"bearer": "file:token"}, "checks": beats}
    header = {**echo, "name": "header", "headers": {"X-Api-Key": HEADER}, "checks": beats}
    userinfo = {**echo, "name": "userinfo", "checks": beats}
    userinfo["url"] = echo["url"].replace("://", f"://{USER}:{URL}@")
    document["mirrors"] += [token, header, userinfo]
    return document


async def test_a_running_exporter_hides_them(
    start: Start, private: dict[str, Any], world: World
) -> None:
    """Log at debug, metrics, configuration, documents, pages, probes, and answers to bad reloads."""
    world.switch("artifactory", "healthy/redirect-files")
    names = [mirror["name"] for mirror in private["mirrors"]]
    daemon = await start(private, "--log.level", "debug", env={"MIRROR_PASSWORD": ENV})
    await daemon.until(
        lambda seen: (
            all(min(seen.runs(name), seen.runs(name, "zip")) >= 1 for name in names)
            and seen.primary("artifactory") == "http.401_credentials"
            and "forward_proxy" in seen.problems()
        )
    )

    paths = [
        *PAGES,
        *(
            f"{base}{name}"
            for name in names
            for base in ("/mirrors/", "/api/v1/mirrors/", "/probe?target=")
        ),
    ]
    for path in paths:
        _assert_hidden((await daemon.get(path))[1], path)
    for spoiled in _spoiled(private):
        daemon.write(spoiled)
        status, told = await daemon.reload()
        assert status == 400
        _assert_hidden(told, "the answer to a reload")
    await daemon.stop()
    _assert_hidden(daemon.log, "the log")


def _spoiled(document: dict[str, Any]) -> list[str]:
    """Write configurations with a mistake next to each secret."""
    text = yaml.safe_dump(document)
    assert all(secret in text for secret in (HEADER, PROXY, URL))
    return [
        text.replace("https://somebody", "ftp://somebody"),
        text.replace(f"{PROXY}@", f"{PROXY}@no host"),
        text.replace(HEADER, f'"{HEADER}\\n"'),
        text.replace("X-Api-Key", "X Api Key"),
        text.replace("username: ", "usrname: "),
        text.replace("bearer: file:token", f"bearer: [{TOKEN}]"),
        text.replace("MIRROR_PASSWORD", "UNSET_PASSWORD"),
        text.replace(f"http://{USER}:", "http://") + f"\n  bad: [{TOKEN}",
    ]


async def test_an_inspection_hides_them(private: dict[str, Any], tmp_path: Path) -> None:
    """Text, JSON and standard error of `probe`, for configured mirrors and for a URL."""
    config = tmp_path / "private.yml"
    config.write_text(yaml.safe_dump(private))
    (url,) = (mirror["url"] for mirror in private["mirrors"] if mirror["name"] == "userinfo")
    await asyncio.gather(
        _inspect(config, tmp_path / "all.json"), _inspect(config, tmp_path / "one.json", url)
    )


async def _inspect(config: Path, report: Path, *targets: str) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "goproxy_exporter", "probe", *targets),
        *("--config.file", str(config), "--log.level", "debug"),
        *("--output", "text", "--output", f"json={report}"),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, "MIRROR_PASSWORD": ENV},
    )
    out, err = await asyncio.wait_for(process.communicate(), 120)
    assert process.returncode == 1
    _assert_hidden(out.decode(), "standard output")
    _assert_hidden(err.decode(), "standard error")
    _assert_hidden(await asyncio.to_thread(report.read_text), "the report")

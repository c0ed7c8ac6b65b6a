"""What the daemon says: one line for each change, in one shape, whoever speaks."""

import json
import logging
import re
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import structlog

from goproxy_exporter.cli.logs import LogFormat, configure
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.simulator.world import World

Start = Callable[..., Awaitable[Any]]
Configure = Callable[..., dict[str, Any]]

_PAIR = re.compile(r'([A-Za-z_.]+)=("(?:[^"\\]|\\.)*"|[^\s"=]*)(?: |$)')


async def test_a_change_of_state_is_one_line(
    start: Start, world: World, configure: Configure
) -> None:
    """A fault that comes, stays for many runs and goes gives two lines; healthy mirrors none."""
    daemon = await start(configure("goproxy", "golang"))
    await daemon.event("mirror.state_changed", mirror="goproxy", state="healthy")
    world.switch("goproxy", "semantics.soft200")
    broken = await daemon.event("mirror.state_changed", mirror="goproxy", state="unusable")
    seen = await daemon.metrics()
    await daemon.until(lambda now: now.runs("goproxy") >= seen.runs("goproxy") + 2)
    world.switch("goproxy")
    mended = await daemon.event("mirror.state_changed", mirror="goproxy", state="healthy", times=2)

    assert (broken["old"], broken["primary"]) == ("healthy", "semantics.soft200")
    assert (mended["old"], mended["primary"]) == ("unusable", None)
    states = [one["state"] for one in daemon.events("mirror.state_changed", mirror="goproxy")]
    assert states == ["healthy", "unusable", "healthy"]
    assert len(daemon.events("mirror.state_changed", mirror="golang")) == 1


async def test_logfmt_is_logfmt(start: Start, world: World, configure: Configure) -> None:
    """At debug every line is time, level, event and pairs that a logfmt reader takes."""
    world.switch("goproxy", "http.5xx")
    daemon = await start(
        configure("goproxy", vantage='a "place" = \\ here'),
        "--log.level",
        "debug",
        log="logfmt",
        listening=False,
    )

    await daemon.said("state=unusable")
    code, _ = await daemon.stop()

    assert code == 0
    for line in daemon.lines:
        pairs = _PAIR.findall(line)
        assert " ".join(f"{key}={value}" for key, value in pairs) == line
        assert [key for key, _ in pairs[:3]] == ["ts", "level", "event"]
    assert any(" event=check.finished " in line for line in daemon.lines)


async def test_what_libraries_say_has_the_same_shape(
    start: Start, configure: Configure, tmp_path: Path
) -> None:
    """A client that talks nonsense to the TLS port makes no line that is no JSON."""
    daemon = await start(configure("goproxy"), "--log.level", "debug", *_tls(tmp_path))
    port = urlsplit(daemon.events("web.listening")[0]["addresses"][0]).port
    for nonsense in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x00\x05hello", b"\x00" * 64, b""):
        with socket.create_connection(("127.0.0.1", port), timeout=5) as sock:
            sock.sendall(nonsense)
    await daemon.event("check.finished", times=3)
    await daemon.stop()

    assert all(isinstance(json.loads(line), dict) for line in daemon.lines)
    assert "Traceback" not in daemon.log


def _tls(tmp_path: Path) -> tuple[str, str]:
    """Write a web configuration with a certificate."""
    certificate, key = Authority.create().subordinate().issue(["127.0.0.1"]).write(tmp_path)
    file = tmp_path / "web.yml"
    file.write_text(f"tls_server_config: {{cert_file: {certificate}, key_file: {key}}}\n")
    return ("--web.config.file", str(file))


@pytest.mark.parametrize("shape", [*LogFormat])
@pytest.mark.parametrize(
    "text", ["two\nlines", "\r\x1b[31mred", 'a="b" \\', "\u2028\U000e0001\u202e", "\ud800", ""]
)
def test_foreign_text_stays_on_its_line(
    capsys: pytest.CaptureFixture[str], shape: LogFormat, text: str
) -> None:
    """Whatever a value holds, an event is one printable line; JSON gives the value back."""
    configure("info", shape)

    structlog.get_logger("some.module").info("an.event", value=text, yes=True, none=None)

    line = capsys.readouterr().err
    assert line.splitlines() == [line.removesuffix("\n")]
    assert line.removesuffix("\n").isprintable()
    if shape is LogFormat.LOGFMT:
        assert " yes=true " in line
    elif text != "\ud800":
        assert json.loads(line)["value"] == text


def test_lists_are_text_in_logfmt(capsys: pytest.CaptureFixture[str]) -> None:
    """A reader sees addresses and problems, not how this program's language writes them."""
    configure("info", LogFormat.LOGFMT)

    structlog.get_logger().info("an.event", problems=["a.yml:1: it's bad", "b"], urls=("http://x",))

    line = capsys.readouterr().err
    assert line.endswith(""" event=an.event problems="a.yml:1: it's bad; b" urls=http://x\n""")


@pytest.mark.parametrize("shape", [*LogFormat])
def test_libraries_are_heard_from_warnings_on(
    capsys: pytest.CaptureFixture[str], shape: LogFormat
) -> None:
    """asyncio's errors, with their trace, and Python's warnings are events; chatter is not."""
    configure("debug", shape)
    speaker = logging.getLogger("asyncio")

    speaker.debug("authorization: Basic c2VjcmV0")
    try:
        int("two\nlines")
    except ValueError:
        speaker.exception("Fatal error on %s", "transport")

    line = capsys.readouterr().err
    assert line.count("\n") == 1
    for words in ("library.said", "asyncio", "Fatal error on transport", "Traceback", "ValueError"):
        assert words in line

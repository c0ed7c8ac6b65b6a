"""Messages on their way to receivers that are real servers."""

import asyncio
import base64
import hashlib
import hmac
import json
import re
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from aiohttp import web

from goproxy_exporter.model.mirror import Access
from goproxy_exporter.notify.destination import Destination
from goproxy_exporter.notify.news import News
from goproxy_exporter.notify.send import send_all
from goproxy_exporter.notify.way import Patience, Way
from goproxy_exporter.report.report import Notification
from goproxy_exporter.simulator.certificates import Authority
from goproxy_exporter.wire.clock import Clock

To = Callable[[str], Destination]
QUICK = Patience(attempts=3, deadline=30.0, timeout=10.0, longest_wait=0.05)
ROBOTS = ("slack", "wecom", "dingtalk", "feishu")
KEY = "k3y-0123456789"


async def sent(news: News, *destinations: Destination, **more: Any) -> list[Notification]:
    way = Way(**{"patience": QUICK, **more})
    return list(await send_all(news, destinations, way))


@pytest.mark.parametrize("kind", [*ROBOTS, "json"])
async def test_what_is_taken_is_told_so(kind: str, news: News, to: To, receiver: Any) -> None:
    """One POST of JSON, with a key by which a receiver knows it again."""
    destination = to(f"{kind}+{receiver.origin}/hook/{KEY}?key={KEY}#on=always")

    [told] = await sent(news, destination)

    assert told.ok
    assert (told.id, told.to) == (destination.id, f"{kind} (127.0.0.1)")
    [heard] = receiver.heard
    assert (heard.path, heard.query["key"]) == (f"/hook/{KEY}", KEY)
    assert heard.headers["Content-Type"] == "application/json; charset=utf-8"
    assert heard.headers["User-Agent"].startswith("goproxy_exporter/")
    assert heard.headers["Idempotency-Key"] == news.key(destination)
    assert isinstance(heard.json, dict)


async def test_only_those_whom_it_concerns_are_told(news: News, to: To, receiver: Any) -> None:
    """A failure: not the dashboard that wants success alone."""
    told = await sent(
        news, to(f"json+{receiver.origin}/dashboard"), to(f"slack+{receiver.origin}/robot")
    )

    assert [one.to for one in told] == ["slack (127.0.0.1)"]
    assert [heard.path for heard in receiver.heard] == ["/robot"]


async def test_dingtalk_is_signed_in_the_query(news: News, to: To, receiver: Any) -> None:
    """HMAC-SHA256 over time and secret, keyed with the secret; what was in the query stays."""
    await sent(news, to(f"dingtalk+{receiver.origin}/send?access_token=x#secret={KEY}"))

    [heard] = receiver.heard
    moment = heard.query["timestamp"]
    expected = hmac.new(KEY.encode(), f"{moment}\n{KEY}".encode(), hashlib.sha256).digest()
    assert re.fullmatch(r"\d{13}", moment)
    assert base64.b64decode(heard.query["sign"]) == expected
    assert heard.query["access_token"] == "x"


async def test_feishu_is_signed_in_the_body(news: News, to: To, receiver: Any) -> None:
    """HMAC-SHA256 over nothing, keyed with time and secret."""
    await sent(news, to(f"feishu+{receiver.origin}/hook#secret={KEY}"))

    body = receiver.heard[0].json
    key = f"{body['timestamp']}\n{KEY}".encode()
    assert re.fullmatch(r"\d{10}", body["timestamp"])
    assert base64.b64decode(body["sign"]) == hmac.new(key, b"", hashlib.sha256).digest()
    assert body["msg_type"] == "text"


@pytest.mark.parametrize("secret", ["whsec_" + base64.b64encode(b"octets").decode(), "octets"])
async def test_an_endpoint_can_verify_who_sent(
    news: News, to: To, receiver: Any, secret: str
) -> None:
    """Standard Webhooks: id, time and body are signed, and the token goes to Authorization."""
    destination = to(f"json+{receiver.origin}/hook#on=always&secret={secret}&token={KEY}")

    await sent(news, destination)

    [heard] = receiver.heard
    name, moment = heard.headers["webhook-id"], heard.headers["webhook-timestamp"]
    signed = f"{name}.{moment}.".encode() + heard.body
    mac = hmac.new(b"octets", signed, hashlib.sha256).digest()
    assert heard.headers["webhook-signature"] == f"v1,{base64.b64encode(mac).decode()}"
    assert name == f"msg_{news.key(destination)}"
    assert heard.headers["Authorization"] == f"Bearer {KEY}"


@pytest.mark.parametrize(
    ("kind", "fields", "words"),
    [
        ("wecom", {"errcode": 93000, "errmsg": f"invalid webhook {KEY}"}, "errcode 93000"),
        ("dingtalk", {"errcode": 310000, "errmsg": f"sign not match {KEY}"}, "errcode 310000"),
        ("feishu", {"code": 19021, "msg": f"sign match fail {KEY}"}, "code 19021"),
        ("feishu", {"StatusCode": 7, "StatusMessage": KEY}, "StatusCode 7"),
        ("slack", {"ok": False, "error": f"invalid_auth {KEY}"}, "ok: false"),
        ("wecom", {"hello": "world"}, "no answer of a wecom robot"),
        ("feishu", {"code": "0"}, "code 0"),
    ],
)
async def test_200_with_an_error_in_it_is_a_failure(
    news: News, to: To, receiver: Any, says: Any, kind: str, fields: dict[str, Any], words: str
) -> None:
    """It is not sent again, the robot's words are told, and no secret that it echoes."""
    receiver.answers = [says(**fields)]

    [told] = await sent(news, to(f"{kind}+{receiver.origin}/hook/{KEY}"))

    assert not told.ok
    assert words in told.detail
    assert KEY not in told.detail
    assert len(receiver.heard) == 1


@pytest.mark.parametrize(
    ("kind", "busy"),
    [
        ("wecom", {"errcode": 45009, "errmsg": "api freq out of limit"}),
        ("dingtalk", {"errcode": 130101, "errmsg": "send too fast"}),
        ("feishu", {"code": 11232, "msg": "frequency limited"}),
        ("slack", {"status": 500}),
        ("json", {"status": 503}),
        ("json", {"status": 429, "headers": {"Retry-After": "0"}}),
        ("json", {"status": 408}),
    ],
)
async def test_who_is_busy_is_asked_again_with_the_same_key(
    news: News, to: To, receiver: Any, says: Any, kind: str, busy: dict[str, Any]
) -> None:
    """Twice busy, then taken: three requests that a receiver knows to be one message."""
    receiver.answers = [says(**busy), says(**busy), says(errcode=0, code=0)]

    [told] = await sent(news, to(f"{kind}+{receiver.origin}/hook#on=always"))

    assert told.ok
    assert len(receiver.heard) == 3
    assert len({heard.headers["Idempotency-Key"] for heard in receiver.heard}) == 1
    assert len({json.dumps(heard.json, sort_keys=True) for heard in receiver.heard}) == 1


async def test_attempts_are_bounded(news: News, to: To, receiver: Any, says: Any) -> None:
    """Who never gets well is given up, with what it last said."""
    receiver.answers = [says(status=502)]

    [told] = await sent(news, to(f"slack+{receiver.origin}/hook"))

    assert (told.ok, told.detail) == (False, "status 502")
    assert len(receiver.heard) == QUICK.attempts


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413])
async def test_a_refusal_is_final(
    news: News, to: To, receiver: Any, says: Any, status: int
) -> None:
    """What is wrong with us does not get better by sending it again."""
    receiver.answers = [says(status=status)]

    [told] = await sent(news, to(f"slack+{receiver.origin}/hook"))

    assert (told.ok, told.detail) == (False, f"status {status}")
    assert len(receiver.heard) == 1


async def test_retry_after_is_honoured(news: News, to: To, receiver: Any, says: Any) -> None:
    """As long as asked for; and where that is beyond the deadline, at once given up."""
    receiver.answers = [says(status=429, headers={"Retry-After": "1"}), says()]
    moments: list[float] = []

    class Watched(Clock):
        def now(self) -> float:
            moments.append(time.monotonic())
            return time.time()

    [told] = await sent(news, to(f"slack+{receiver.origin}/hook"), clock=Watched())
    receiver.answers = [says(status=429, headers={"Retry-After": "3600"})]
    receiver.heard.clear()
    [given_up] = await sent(news, to(f"slack+{receiver.origin}/hook"))

    assert told.ok
    assert moments[1] - moments[0] >= 1.0
    assert (given_up.ok, len(receiver.heard)) == (False, 1)
    assert given_up.detail == "status 429"


async def test_silence_is_waited_for_no_longer_than_allowed(
    news: News, to: To, receiver: Any
) -> None:
    """Each attempt has its time, and so has everything together."""

    async def never(request: web.Request) -> web.Response:
        await request.content.read()
        await asyncio.Event().wait()
        return web.Response()

    receiver.answers = [never]
    short = Patience(attempts=2, deadline=30.0, timeout=0.2, longest_wait=0.05)
    shorter = Patience(attempts=50, deadline=0.3, timeout=10.0, longest_wait=0.05)

    [first] = await sent(news, to(f"slack+{receiver.origin}/hook"), patience=short)
    [second] = await sent(news, to(f"slack+{receiver.origin}/hook"), patience=shorter)

    assert (first.ok, first.detail) == (False, "no answer in 0.2 s")
    assert (second.ok, second.detail) == (False, "not taken within 0.3 s")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(
    news: News, to: To, receiver: Any, says: Any, status: int
) -> None:
    """Whoever redirects could read the message, and the secrets that it is signed with."""
    receiver.answers = [says(status=status, headers={"Location": "/elsewhere"})]

    [told] = await sent(news, to(f"json+{receiver.origin}/hook#on=always&token={KEY}"))

    assert told.detail == f"status {status} (a redirect is not followed)"
    assert [heard.path for heard in receiver.heard] == ["/hook"]


async def test_an_endless_answer_is_read_to_a_limit(news: News, to: To, receiver: Any) -> None:
    """Nothing that a receiver sends costs more than a little memory and the time of an attempt."""

    async def endless(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b" " * 65536)

    receiver.answers = [endless]

    [slack] = await sent(news, to(f"slack+{receiver.origin}/hook"))
    [wecom] = await sent(news, to(f"wecom+{receiver.origin}/hook"))

    assert slack.ok
    assert wecom.detail == "status 200, but no answer of a wecom robot"


async def test_what_cannot_be_reached_is_told_without_its_secret(news: News, to: To) -> None:
    """No port, no name: a sentence, and nothing of the URL but its host."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        told = await sent(
            news,
            to(f"slack+http://127.0.0.1:{port}/hook/{KEY}"),
            to(f"slack+http://nowhere.invalid/hook/{KEY}"),
        )

    assert [one.ok for one in told] == [False, False]
    assert told[0].detail.startswith("cannot connect")
    assert told[1].detail == "its name does not resolve"
    assert KEY not in repr(told)


async def test_a_certificate_that_nobody_vouches_for_is_refused(
    news: News, to: To, receiver: Any, tmp_path: Path
) -> None:
    """Unless the configuration names the authority, as for mirrors."""
    authority = Authority.create()
    (tmp_path / "ca.pem").write_bytes(authority.pem)
    own = Access(ca_files=(str(tmp_path / "ca.pem"),))
    context = authority.issue(["127.0.0.1"]).server_context(alpn=["http/1.1"])
    listening = socket.create_server(("127.0.0.1", 0))
    await web.SockSite(receiver.runner, listening, ssl_context=context).start()
    destination = to(f"slack+https://127.0.0.1:{listening.getsockname()[1]}/hook")

    [refused] = await sent(news, destination)
    [taken] = await sent(news, destination, access=own)

    assert (refused.ok, refused.detail) == (False, "its certificate is not trusted")
    assert taken.ok


async def test_the_forward_proxy_of_the_environment_is_used(
    news: News, to: To, receiver: Any
) -> None:
    """As for mirrors; the proxy gets its own credentials, and NO_PROXY holds."""
    host, port = urlsplit(receiver.origin).hostname, urlsplit(receiver.origin).port
    environment = {"HTTP_PROXY": f"http://user:pass@{host}:{port}", "NO_PROXY": "direct.invalid"}

    told = await sent(
        news,
        to("slack+http://robot.invalid/hook?a=b"),
        to("slack+http://direct.invalid/hook"),
        environment=environment,
    )

    assert [one.ok for one in told] == [True, False]
    [heard] = receiver.heard
    assert heard.headers["Host"] == "robot.invalid"
    basic = base64.b64encode(b"user:pass").decode()
    assert heard.headers["Proxy-Authorization"] == f"Basic {basic}"
    assert heard.query == {"a": "b"}


async def test_a_forward_proxy_sees_nothing_of_what_goes_over_tls(news: News, to: To) -> None:
    """It is asked for a tunnel to the host, with its own credentials and none of the receiver's."""
    heads: list[bytes] = []

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heads.append(await reader.readuntil(b"\r\n\r\n"))
        writer.write(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(refuse, "127.0.0.1", 0) as proxy:
        port = proxy.sockets[0].getsockname()[1]
        [told] = await sent(
            news,
            to(f"json+https://robot.invalid/{KEY}#on=always&token={KEY}"),
            environment={"HTTPS_PROXY": f"http://user:pass@127.0.0.1:{port}"},
        )

    assert (told.ok, told.detail) == (False, "the forward proxy answers 403")
    assert heads[0].startswith(b"CONNECT robot.invalid:443 HTTP/1.1\r\n")
    assert b"Proxy-Authorization: Basic " + base64.b64encode(b"user:pass") in heads[0]
    assert KEY.encode() not in heads[0]

"""What happens to every request, whatever it asks for?"""

import asyncio
import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bcrypt
import pytest

from goproxy_exporter.model.mirror import Secret
from goproxy_exporter.web.auth import REMEMBERED, Gate
from goproxy_exporter.web.limit import Limiter
from goproxy_exporter.web.settings import RateLimit

Write = Callable[[str, str], Path]


def hashed(password: str, cost: int = 4) -> str:
    return bcrypt.hashpw(password.encode()[:72], bcrypt.gensalt(cost)).decode()


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def gate(**users: str) -> Gate:
    return Gate({user: Secret("inline", hashed(password)) for user, password in users.items()})


async def test_every_path_needs_the_password(open_site: Any, write: Write) -> None:
    """Health endpoints too, as with the exporter-toolkit; a wrong path is not told apart."""
    file = write("web.yml", f"basic_auth_users: {{alice: '{hashed('wonder')}'}}\n")
    async with open_site(config_file=str(file)) as visit:
        for path in ("/", "/metrics", "/-/healthy", "/-/ready", "/nothing", "/static/style.css"):
            status, body, response = await visit.get(path)
            assert status == 401, path
            assert response.headers["WWW-Authenticate"].startswith("Basic ")
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            assert "goproxy_" not in body
        status, _, _ = await visit.get("/metrics", Authorization=basic("alice", "wonder"))
        assert status == 200
        status, _, _ = await visit.get("/metrics", Authorization=basic("alice", "other"))
        assert status == 401
        status, _, _ = await visit.get("/-/reload", method="POST")
        assert status == 401


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YQ==",
        "Basic " + base64.b64encode(b"\xff:x").decode(),
        "Bearer " + base64.b64encode(b"alice:wonder").decode(),
        basic("alice", ""),
        basic("alice", "wonder "),
        basic("Alice", "wonder"),
        basic("", "wonder"),
        basic("mallory", "wonder"),
        basic("alice", "wonder\x00x"),
    ],
)
async def test_nothing_but_the_pair_opens_the_gate(header: str | None) -> None:
    """Whatever the header looks like."""
    assert not await gate(alice="wonder").admits(header)


async def test_the_pair_opens_the_gate_however_it_is_spelt() -> None:
    """The scheme has no case, and a password may hold colons and any script."""
    opened = gate(alice="wo:nd:er", ümläut="пароль")
    assert await opened.admits(basic("alice", "wo:nd:er").replace("Basic", "bAsIc"))
    assert await opened.admits(basic("ümläut", "пароль"))
    assert await Gate({}).admits(None)


async def test_long_passwords_count_72_bytes_as_in_go() -> None:
    """bcrypt sees no more; hashes made elsewhere still work."""
    opened = gate(alice="x" * 100)
    assert await opened.admits(basic("alice", "x" * 72))
    assert not await opened.admits(basic("alice", "x" * 71))


async def test_only_right_passwords_are_remembered_and_not_many() -> None:
    """A cache that guesses could fill would be of no use to those who know."""
    opened = gate(alice="wonder")
    for _ in range(3):
        assert not await opened.admits(basic("alice", "guess"))
    assert len(opened._known) == 0
    assert await opened.admits(basic("alice", "wonder"))
    assert len(opened._known) == 1
    for i in range(2 * REMEMBERED):
        opened._remember(str(i).encode())
    assert len(opened._known) == REMEMBERED


async def test_who_is_remembered_does_not_wait_for_guessers() -> None:
    """bcrypt runs one at a time; a known pair needs none."""
    opened = gate(alice="wonder")
    assert await opened.admits(basic("alice", "wonder"))
    async with opened._turn:
        assert await asyncio.wait_for(opened.admits(basic("alice", "wonder")), 60)
        guess = asyncio.create_task(opened.admits(basic("alice", "guess")))
        await asyncio.sleep(0)
        assert not guess.done()
    assert not await guess


async def test_parts_of_a_login_cannot_be_moved_from_one_to_the_next() -> None:
    """CVE-2022-46146: user, hash and password are kept apart in what is remembered."""
    opened = gate(a="bc")
    assert opened._digest(b"a", b"h", b"bc") != opened._digest(b"ab", b"h", b"c")
    assert opened._digest(b"a", b"hb", b"c") != opened._digest(b"a", b"h", b"bc")


def test_an_unknown_user_costs_what_the_dearest_known_one_costs() -> None:
    """Time does not tell who exists."""
    users = {name: Secret("inline", hashed("x", cost)) for name, cost in (("a", 4), ("b", 6))}
    assert Gate(users)._nobody.split("$")[2] == "06"
    assert not bcrypt.checkpw(b"x", Gate(users)._nobody.encode())


async def test_headers_of_the_file_are_on_every_answer(open_site: Any, write: Write) -> None:
    """Also on refusals; and they win over ours."""
    file = write(
        "web.yml",
        "http_server_config: {headers: {X-Frame-Options: sameorigin,"
        " Strict-Transport-Security: max-age=1}}\n",
    )
    async with open_site(config_file=str(file)) as visit:
        for path in ("/", "/metrics", "/nothing"):
            _, _, response = await visit.get(path)
            assert response.headers["Strict-Transport-Security"] == "max-age=1"
            assert response.headers["X-Frame-Options"] == "sameorigin"


async def test_too_many_requests_are_refused(open_site: Any, write: Write) -> None:
    """Before anything else is done for them."""
    file = write("web.yml", "rate_limit: {interval: 1h, burst: 2}\n")
    async with open_site(config_file=str(file)) as visit:
        statuses = [(await visit.get("/-/healthy"))[0] for _ in range(4)]
    assert statuses == [200, 200, 429, 429]


def test_a_limit_refills_with_time() -> None:
    """One token every interval, never more than the burst."""
    limiter = Limiter(RateLimit(10.0, 2), 0.0)
    assert [limiter.allows(at) for at in (0, 0, 0, 9, 10, 10, 1000, 1000, 1000)] == [
        *(True, True, False, False, True, False, True, True, False)
    ]


async def test_no_method_is_taken_for_another(visit: Any, world: Any) -> None:
    """GET does not reload, POST does not read; the answer says what is taken."""
    for path, method, allowed in (
        ("/-/reload", "GET", "POST, PUT"),
        ("/-/reload", "HEAD", "POST, PUT"),
        ("/metrics", "POST", "GET, HEAD"),
        ("/", "DELETE", "GET, HEAD"),
    ):
        status, _, response = await visit.get(path, method=method)
        assert status == 405
        assert response.headers["Allow"] == allowed
    assert world.reloads == []

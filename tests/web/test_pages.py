"""What do people and programs see?"""

import json
from html.parser import HTMLParser
from typing import Any

import pytest

GETS = (
    "/",
    "/metrics",
    "/probe?target=m",
    "/sd",
    "/mirrors/m",
    "/api/v1/mirrors",
    "/api/v1/mirrors/m",
    "/config",
    "/-/healthy",
    "/-/ready",
    "/static/style.css",
    "/static/icon.svg",
)
PAGES = ("/", "/mirrors/m")
SECRET = "hunter2-do-not-show"


class Page(HTMLParser):
    """Reads a page as a browser would: its tags, its links, its words."""

    VOID = frozenset({"meta", "link", "br", "rect"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.links: list[str] = []
        self.attributes: list[str] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in self.VOID:
            self.open.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.links += [value or "" for name, value in attrs if name in {"href", "src", "action"}]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())


async def test_everything_answers_get_and_head(visit: Any) -> None:
    """HEAD works where GET does, with the same headers and without a body."""
    for path in GETS:
        status, body, response = await visit.get(path)
        assert status == 200, path
        assert body
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "aiohttp" not in response.headers["Server"]
        head, nothing, bare = await visit.get(path, method="HEAD")
        assert (head, nothing) == (200, ""), path
        assert bare.headers["Content-Type"] == response.headers["Content-Type"]


async def test_no_secret_is_on_any_page(visit: Any, world: Any) -> None:
    """Credentials, header values and tokens in URLs are in the store's mirrors, and stay there."""
    assert SECRET in repr(world.store.mirrors["m"].access.credentials.password.value)
    for path in (*GETS, "/nothing", "/probe?target=x", "/mirrors/x", "/api/v1/mirrors/x"):
        _, body, response = await visit.get(path)
        assert SECRET not in body, path
        assert SECRET not in str(response.headers), path


@pytest.mark.parametrize("path", PAGES)
async def test_hostile_text_is_only_text(visit: Any, path: str) -> None:
    """What a mirror says becomes no tag, no control character and no change of direction."""
    _, body, _ = await visit.get(path)
    page = Page(body)
    assert "script" not in page.tags
    assert any("<script>alert(1)</script>" in words for words in page.words)
    assert not [char for char in "\x1b\u202e" if char in body]
    assert page.open == []


@pytest.mark.parametrize("path", PAGES)
async def test_pages_obey_their_own_policy(visit: Any, path: str) -> None:
    """No script, no inline style, nothing from elsewhere: and the header forbids them too."""
    _, body, response = await visit.get(path)
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    page = Page(body)
    assert not {"script", "style", "iframe"} & set(page.tags)
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert not [link for link in page.links if "//" in link]


@pytest.mark.parametrize("path", PAGES)
async def test_every_link_on_a_page_leads_somewhere(visit: Any, path: str) -> None:
    """Links are relative, so that they survive a proxy that adds a prefix to the path."""
    _, body, _ = await visit.get(path)
    base = path.rpartition("/")[0]
    for link in Page(body).links:
        assert not link.startswith("/"), link
        query = "?target=m" if link.endswith("/probe") else ""
        status, _, _ = await visit.get(f"{base}/{link}{query}")
        assert status == 200, link


async def test_the_overview_says_state_cause_axes_and_age(visit: Any) -> None:
    """One glance is enough."""
    _, body, response = await visit.get("/")
    assert response.content_type == "text/html"
    words = " ".join(Page(body).words)
    for expected in ("unusable", "semantics.soft200", "right", "no", "s ago", "lab", "/metrics"):
        assert expected in words


async def test_the_mirror_page_says_what_to_do(visit: Any) -> None:
    """Evidence, advice, requests with phases, certificates and bad runs are all there."""
    _, body, _ = await visit.get("/mirrors/m")
    page = Page(body)
    words = " ".join(page.words)
    for expected in ("What to do:", "deep:", "HTTP/2", "processing", "TLSv1.3", "Recent bad runs"):
        assert expected in words
    assert page.tags.count("rect") == 6 * 5


async def test_a_mirror_that_nobody_looked_at_is_unknown(world: Any, open_site: Any) -> None:
    """Pages work before the first result."""
    async with open_site() as visit:
        for path in PAGES:
            status, body, _ = await visit.get(path)
            assert status == 200
            assert "unknown" in body
            assert "not yet" in body or "not run yet" in body


async def test_names_with_slashes_and_spaces_have_pages(world: Any, open_site: Any) -> None:
    """A mirror given as a URL is named host and path."""
    name = "m.example/go proxy?x#y%2F"
    world.keep(name)
    world.fill()
    async with open_site() as visit:
        _, body, _ = await visit.get("/")
        (link,) = [link for link in Page(body).links if link.startswith("mirrors/")]
        status, body, _ = await visit.get("/" + link)
        assert status == 200
        assert name in body
        status, text, _ = await visit.get("/api/v1/" + link)
        assert json.loads(text)["name"] == name


async def test_a_page_that_is_not_there_lists_what_is(visit: Any) -> None:
    """404 in plain text names every endpoint."""
    status, body, response = await visit.get("/nothing")
    assert status == 404
    assert response.content_type == "text/plain"
    for path in ("/metrics", "/probe", "/sd", "/api/v1/mirrors/NAME", "/-/reload", "/-/ready"):
        assert path in body


@pytest.mark.parametrize(
    "path", ["/mirrors/x", "/api/v1/mirrors/x", "/static/../site.py", "/static/x"]
)
async def test_what_is_not_configured_is_404(visit: Any, path: str) -> None:
    """Only configured mirrors and shipped files are shown."""
    status, _, _ = await visit.get(path)
    assert status == 404


async def test_the_api_gives_the_document_of_probe(visit: Any) -> None:
    """Schema 1, with every mirror whole."""
    _, body, response = await visit.get("/api/v1/mirrors")
    assert response.content_type == "application/json"
    found = json.loads(body)
    assert found["schema"] == 1
    assert found["exit_code"] == 1
    assert list(found)[:3] == ["schema", "exporter_version", "go_semantics"]
    (mirror,) = found["mirrors"]
    assert mirror["primary"] == "semantics.soft200"
    assert len(mirror["checks"][0]["exchanges"]) == 6
    _, body, _ = await visit.get("/api/v1/mirrors/m")
    assert json.loads(body) == mirror


async def test_service_discovery_gives_names_and_meta_labels(visit: Any) -> None:
    """Prometheus shards by the target's address: the mirror's name; labels are for relabelling."""
    _, body, response = await visit.get("/sd")
    assert response.content_type == "application/json"
    (group,) = json.loads(body)
    assert group["targets"] == ["m"]
    assert group["labels"]["__meta_goproxy_mirror"] == "m"
    assert "__meta_goproxy_label_team_name" in group["labels"]
    assert all(isinstance(value, str) for value in group["labels"].values())


async def test_metrics_speak_the_scrapers_format(visit: Any) -> None:
    """OpenMetrics and gzip where they are asked for, text where nothing is."""
    _, body, response = await visit.get("/metrics", Accept_Encoding="identity")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert "Content-Encoding" not in response.headers
    assert 'goproxy_mirror_state{mirror="m",state="unusable"} 1.0' in body
    assert "process_open_fds" in body
    assert "goproxy_probe_" not in body
    _, packed, response = await visit.get(
        "/metrics", Accept="application/openmetrics-text; version=1.0.0", Accept_Encoding="gzip"
    )
    assert response.headers["Content-Type"].startswith("application/openmetrics-text")
    assert response.headers["Content-Encoding"] == "gzip"
    assert packed.endswith("# EOF\n")
    _, one, _ = await visit.get("/metrics?name[]=goproxy_exporter_info&name[]=x")
    assert [line for line in one.splitlines() if line[0] != "#"] == [
        'goproxy_exporter_info{vantage="lab"} 1.0'
    ]


async def test_a_fault_of_ours_is_500_and_tells_nothing(world: Any, open_site: Any) -> None:
    """The log has the traceback; the client has not."""

    world.broken = True
    async with open_site() as visit:
        status, body, _ = await visit.get("/metrics")
        assert status == 500
        assert "Traceback" not in body
        assert SECRET not in body

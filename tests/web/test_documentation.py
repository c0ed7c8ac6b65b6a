"""Does docs/http.md say what is served?"""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from programs import needed

from goproxy_exporter.web.settings import load

DOCUMENT = Path(__file__).parents[2] / "docs" / "http.md"
HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"


def block(start: str) -> str:
    """Give the YAML example that begins with a key."""
    blocks: list[str] = re.findall(
        r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL
    )
    return next(each for each in blocks if each.startswith(start))


async def test_every_path_is_documented(visit: Any) -> None:
    """The list of the 404 page and the table of the document are the same."""
    _, body, _ = await visit.get("/nothing")
    served = {line.split()[1] for line in body.splitlines()[2:]}
    table = re.findall(r"^\| (`/.*?) \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE)
    documented = {path.partition("?")[0] for row in table for path in re.findall("`(.+?)`", row)}
    assert documented == served


def test_the_web_configuration_of_the_document_is_good(
    write: Callable[[str, str], Path], pki: Callable[[str], tuple[str, str]]
) -> None:
    """With a real hash in it."""
    cert, key = pki("server")
    write("server.pem", cert)
    write("server.key", key)
    write("clients.pem", pki("ca")[0])
    file = write("web.yml", block("tls_server_config:").replace("$2y$10$…", HASH))
    loaded = load(str(file))
    assert loaded.context is not None
    assert loaded.settings.rate_limit is not None
    assert set(loaded.settings.users) == {"prometheus"}


def test_promtool_accepts_the_scrape_configuration(tmp_path: Path) -> None:
    """Relabelling and service discovery are spelt right."""
    promtool = needed("promtool")
    file = tmp_path / "prometheus.yml"
    file.write_text(block("scrape_configs:"), encoding="utf-8")
    done = subprocess.run(
        [promtool, "check", "config", "--lint=all", str(file)], capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr

"""A secret gets where it is needed, and nowhere else."""

from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest

from goproxy_exporter.config.effective import effective
from goproxy_exporter.config.files import Files
from goproxy_exporter.config.gather import gather
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.config.surroundings import Surroundings
from goproxy_exporter.model.mirror import Access, Credentials, Secret

Load = Callable[..., Settings]
Refuse = Callable[..., list[str]]

ONE = "mirrors:\n  - name: a\n    url: https://a.example\n"


def access(settings: Settings) -> Access:
    return settings.mirrors[0].access


def credentials(settings: Settings) -> Credentials:
    found = access(settings).credentials
    assert found is not None
    return found


def test_a_secret_from_the_environment(loaded: Load) -> None:
    """It is known by the variable's name; text around the variable is no part of that."""
    found = credentials(loaded(ONE + "    auth: {bearer: 'x-${A}${B}'}\n", {"A": "1", "B": "2"}))
    assert found.token == Secret("${A}${B}", "x-12")


def test_a_secret_from_a_file(tmp_path: Path, loaded: Load) -> None:
    """Relative to the configuration; the line end of the file is not part of it, blanks are."""
    (tmp_path / "s").mkdir()
    (tmp_path / "s" / "token").write_bytes(b" t0ken \r\n")
    basic = "    auth: {{basic: {{username: u, password: '{}'}}}}\n"
    found = credentials(loaded(ONE + basic.format("file:s/token")))
    assert found.password == Secret("file:s/token", " t0ken ")
    absolute = ONE + basic.format("file:${DIR}/s/token")
    found = credentials(loaded(absolute, {"DIR": str(tmp_path)}))
    assert found.password == Secret("file:${DIR}/s/token", " t0ken ")


def test_a_variable_cannot_name_a_file(loaded: Load) -> None:
    """Only the configuration itself says `file:`; a password may start with these letters."""
    found = credentials(loaded(ONE + "    auth: {bearer: '${T}'}\n", {"T": "file:x"}))
    assert found.token == Secret("${T}", "file:x")


def test_an_inline_secret(loaded: Load) -> None:
    """Known as inline; $$ is a $."""
    text = ONE + "    auth: {basic: {username: u, password: 'pa$$word'}}\n"
    found = credentials(loaded(text))
    assert found == Credentials(username="u", password=Secret("inline", "pa$word"))


def test_credentials_in_a_url(loaded: Load) -> None:
    """They leave the URL; without a password the name is taken for a token and hidden as well."""
    text = "mirrors:\n  - {name: a, url: 'https://us%40er:${PW}@a.example/go'}\n"
    settings = loaded(text, {"PW": "p%23w"})
    assert settings.mirrors[0].url == "https://a.example/go"
    assert credentials(settings) == Credentials(username="us@er", password=Secret("${PW}", "p#w"))

    settings = loaded("mirrors:\n  - {name: a, url: 'https://t0ken@a.example/go'}\n")
    encoded = b64encode(b"t0ken:").decode()
    assert access(settings).credentials is None
    assert access(settings).headers == (("authorization", Secret("inline", f"Basic {encoded}")),)


@pytest.mark.parametrize("home", [True, False])
def test_credentials_from_netrc(tmp_path: Path, loaded: Load, home: bool) -> None:
    """From $NETRC, else from ~/.netrc, by host and port."""
    path = tmp_path / (".netrc" if home else "elsewhere")
    path.write_text("machine a.example:8443 login u password pw\n")
    env = {"HOME": str(tmp_path)} if home else {"HOME": "/nonexistent", "NETRC": str(path)}
    text = "mirrors:\n  - {name: a, url: 'https://a.example:8443/go', auth: {netrc: true}}\n"
    assert credentials(loaded(text, env)) == Credentials(
        username="u", password=Secret("netrc", "pw")
    )


def test_a_netrc_without_the_machine(tmp_path: Path, refused: Refuse) -> None:
    """Asked for and not found is a mistake, not an anonymous mirror."""
    (tmp_path / ".netrc").write_text("machine b.example login u password pw\n")
    problems = refused(ONE + "    auth: {netrc: true}\n", {"HOME": str(tmp_path)})
    assert problems == ["config.yml:4:19: mirrors[0].auth.netrc: .netrc has no machine a.example"]


EVERYWHERE = """\
forward_proxy: http://proxyuser:${HUNTER}@proxy.example
mirrors:
  - {name: a, url: 'https://u:hunter2@a.example'}
  - {name: b, url: https://b.example, auth: {basic: {username: u, password: hunter2}}}
  - {name: c, url: https://c.example, auth: {bearer: '${HUNTER}'}, headers: {X-Key: 'file:key'}}
  - {name: d, url: 'https://hunter2@d.example', forward_proxy: 'http://u:hunter2@p.example'}
  - {name: e, url: https://e.example, auth: {netrc: true}, headers: {X-Key: hunter2}}
"""


def test_secrets_are_never_shown(tmp_path: Path, loaded: Load) -> None:
    """Not by repr or str of anything on the way, nor on the page with the effective configuration."""
    (tmp_path / "key").write_text("hunter2\n")
    (tmp_path / ".netrc").write_text("machine e.example login u password hunter2\n")
    settings = loaded(EVERYWHERE, {"HUNTER": "hunter2", "HOME": str(tmp_path)})
    hidden = ("hunter2", b64encode(b"hunter2:").decode())
    for text in (repr(settings), str(settings), f"{settings.checks}", effective(settings)):
        assert not [secret for secret in hidden if secret in text]
    assert effective(settings).count("<secret>") == 13


def test_what_lies_between_file_and_settings_shows_no_secrets(tmp_path: Path) -> None:
    """A traceback with local variables would print these."""
    path = tmp_path / "config.yml"
    path.write_text(EVERYWHERE)
    env = {"HUNTER": "hunter2"}
    files = Files()
    gathered = gather(path, env=env, files=files)
    around = Surroundings(env=env, files=files, implemented=frozenset())
    assert gathered.mirrors is not None
    assert "auth" in repr(gathered.mirrors[1].section)
    assert "hunter2" not in f"{gathered!r}{gathered.main.section}{around!r}"


@pytest.mark.parametrize(
    "key",
    [
        'vantage: "${HUNTER}\\x01"',
        'state_dir: "${HUNTER}\\x01"',
        "nameservers: ['${HUNTER}']",
        "control_targets: ['${HUNTER}']",
        "reference: '${HUNTER}'",
        "module_index: '${HUNTER}'",
        "checksum_database: '${HUNTER}'",
        "forward_proxy: '${HUNTER}'",
        "defaults: {interval: '${HUNTER}'}",
        "thresholds: {throughput: '${HUNTER}'}",
        "canaries: {untagged: {module: '${HUNTER}'}}",
        "canaries: {untagged: {module: 'a.example/${HUNTER}^'}}",
        "canaries: {large: {module: a.example/m, version: '${HUNTER}'}}",
        "canaries: {large: {module: 'a.example/${HUNTER}/v3', version: v1.0.0}}",
        "canaries: {large: '${HUNTER}'}",
        "chains: [{name: c, goproxy: '${HUNTER}'}]",
        "chains: [{name: c, goproxy: 'https://${HUNTER}@a.example'}]",
        "chains: [{name: c, goproxy: direct, gonoproxy: '[${HUNTER}'}]",
        "mirrors: [{name: '${HUNTER}://', url: https://a.example}]",
        "mirrors: [{name: a, url: '${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example:${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example', ip_family: '${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example', accept: ['${HUNTER}']}]",
        "mirrors: [{name: a, url: 'https://a.example', auth: '${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example', edges: '${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example', ca_file: '${HUNTER}'}]",
        "mirrors: [{name: a, url: 'https://a.example', headers: {a: \"${HUNTER}\\n\"}}]",
        "vulnerability_databases: [{name: v, url: https://v.example, reference: '${HUNTER}'}]",
    ],
)
def test_a_secret_in_the_wrong_place_is_not_told(refused: Refuse, key: str) -> None:
    """A message quotes what the file says, never what a variable holds."""
    problems = refused(key + "\n", {"HUNTER": "hunter2"})
    assert problems
    assert "hunter" not in "".join(problems)

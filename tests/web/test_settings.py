"""What does a web configuration file set, and is it right?"""

import os
import ssl
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import needed

from goproxy_exporter.errors import ConfigError
from goproxy_exporter.web.settings import load
from goproxy_exporter.web.settings.duration import parse_duration
from goproxy_exporter.web.settings.read import read
from goproxy_exporter.web.settings.sheet import Sheet

Write = Callable[[str, str], Path]

HASH = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi"
TLS = "tls_server_config:\n  cert_file: server.pem\n  key_file: server.key\n"
CLIENT = TLS + "  client_ca_file: ca.pem\n  client_auth_type: RequireAndVerifyClientCert\n"

GOOD = {
    "empty": "",
    "comment": "# nothing\n",
    "null sections": "tls_server_config:\nhttp_server_config:\nbasic_auth_users:\n",
    "tls": TLS,
    "tls quoted": 'tls_server_config: {"cert_file": "server.pem", "key_file": "server.key"}\n',
    "http2 off": TLS + "http_server_config:\n  http2: false\n",
    "http2 no": "http_server_config:\n  http2: no\n",
    "client certificate": CLIENT,
    "client certificate if given": CLIENT.replace(
        "RequireAndVerifyClientCert", "VerifyClientCertIfGiven"
    ),
    "no client certificate": TLS + "  client_auth_type: NoClientCert\n",
    "versions": TLS + "  min_version: TLS12\n  max_version: TLS13\n",
    "old minimum": TLS + "  min_version: TLS10\n",
    "ciphers": TLS
    + "  cipher_suites:\n    - TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256\n"
    + "    - TLS_AES_128_GCM_SHA256\n",
    "curves": TLS + "  curve_preferences: [CurveP256, CurveP384, CurveP521, X25519]\n",
    "one curve": TLS + "  curve_preferences: [CurveP384]\n",
    "client's ciphers": TLS + "  prefer_server_cipher_suites: false\n",
    "users": f"basic_auth_users:\n  alice: {HASH}\n  bob: {HASH}\n",
    "headers": "http_server_config:\n  headers:\n    X-Frame-Options: deny\n"
    "    Strict-Transport-Security: max-age=63072000\n"
    "    Content-Security-Policy: default-src 'self'\n    X-XSS-Protection: 0\n"
    "    X-Content-Type-Options: nosniff\n",
    "versions without tls": "tls_server_config:\n  min_version: TLS13\n",
}
"""Files that promtool accepts, and so do we."""

BAD = {
    "unknown section": ("tls_config: {}\n", "1:1: tls_config: unknown key"),
    "unknown key": (TLS + "  cert_fle: x\n", "4:3: tls_server_config.cert_fle: unknown key"),
    "duplicate key": (TLS + "  key_file: x\n", "4:3: tls_server_config.key_file: is here twice"),
    "not yaml": ("a: [\n", "is not YAML"),
    "a list": ("- a\n", "1:1: must be a mapping"),
    "certificate is a list": (
        "tls_server_config:\n  cert_file: [a]\n  key_file: k\n",
        "2:14: tls_server_config.cert_file: must be text",
    ),
    "no certificate": (
        "tls_server_config:\n  key_file: server.key\n",
        "tls_server_config.cert_file: is missing",
    ),
    "no key": (
        "tls_server_config:\n  cert_file: server.pem\n",
        "tls_server_config.key_file: is missing",
    ),
    "certificate not there": (
        TLS.replace("server.pem", "none.pem"),
        "2:14: tls_server_config.cert_file: cannot be read: No such file",
    ),
    "key not there": (
        TLS.replace("server.key", "none.key"),
        "3:13: tls_server_config.key_file: cannot be read",
    ),
    "certificate is no PEM": (
        TLS.replace("server.pem", "web.yml"),
        "tls_server_config: certificate and key cannot be used",
    ),
    "key of another": (
        TLS.replace("server.key", "other.key"),
        "tls_server_config: certificate and key cannot be used: KEY_VALUES_MISMATCH",
    ),
    "client CA without policy": (
        TLS + "  client_ca_file: ca.pem\n",
        "tls_server_config.client_auth_type: must be set",
    ),
    "unknown policy": (
        TLS + "  client_auth_type: Maybe\n",
        "4:21: tls_server_config.client_auth_type: must be one of",
    ),
    "client CA not there": (
        CLIENT.replace("ca.pem", "none.pem"),
        "4:19: tls_server_config.client_ca_file: cannot be read",
    ),
    "unknown version": (
        TLS + "  min_version: TLS111\n",
        "4:16: tls_server_config.min_version: must be one of",
    ),
    "unknown cipher": (
        TLS + "  cipher_suites: [TLS_RSA_WITH_NOTHING]\n",
        "4:19: tls_server_config.cipher_suites[0]: unknown cipher suite",
    ),
    "unknown curve": (
        TLS + "  curve_preferences: [CurveP257]\n",
        "4:23: tls_server_config.curve_preferences[0]: must be one of",
    ),
    "http2 is no truth": (
        "http_server_config:\n  http2: 'true'\n",
        "2:10: http_server_config.http2: must be true or false",
    ),
    "unknown header": (
        "http_server_config:\n  headers:\n    X-Other: a\n",
        "3:5: http_server_config.headers.X-Other: unknown key",
    ),
    "header with another value": (
        "http_server_config:\n  headers:\n    X-Frame-Options: allow\n",
        "3:22: http_server_config.headers.X-Frame-Options: must be deny or sameorigin",
    ),
    "password in clear": (
        "basic_auth_users:\n  alice: hunter2\n",
        "2:10: basic_auth_users.alice: must be a bcrypt hash",
    ),
    "user without hash": (
        "basic_auth_users:\n  alice:\n",
        "basic_auth_users.alice: must be a bcrypt hash",
    ),
    "users as list": ("basic_auth_users: [alice]\n", "1:19: basic_auth_users: must be a mapping"),
}
"""Files that promtool refuses, and what we say about each."""

STRICTER = {
    "policy without proof": (
        TLS + "  client_auth_type: RequireAnyClientCert\n",
        "client_auth_type: asks for certificates without verifying",
    ),
    "policy without use": (
        TLS + "  client_auth_type: RequestClientCert\n",
        "client_auth_type: asks for certificates without verifying",
    ),
    "a user who cannot log in": (
        f"basic_auth_users:\n  'a:b': {HASH}\n",
        "a user name with a colon can never log in",
    ),
    "minimum above maximum": (
        TLS + "  min_version: TLS13\n  max_version: TLS12\n",
        "5:16: tls_server_config.max_version: is below",
    ),
    "obsolete maximum": (TLS + "  max_version: TLS11\n", "max_version: is below"),
    "header on two lines": (
        'http_server_config:\n  headers:\n    X-XSS-Protection: "a\\r\\nb: c"\n',
        "must be printable ASCII",
    ),
    "CA that is none": (CLIENT.replace("ca.pem", "web.yml"), "client CA cannot be used"),
    "SANs for nobody": (
        TLS + "  client_allowed_sans: [a]\n",
        "client_allowed_sans: needs client_auth_type",
    ),
}
"""Files that promtool of 2.42 accepts, though nothing good can come of them."""

NEWER = {
    "limit": "rate_limit:\n  interval: 1s\n  burst: 20\n",
    "limit off": "rate_limit: {interval: 0, burst: 20}\n",
    "fine limit": "rate_limit: {interval: 1m0.5s, burst: 1}\n",
}
NEWER_BAD = {
    "no unit": ("rate_limit: {interval: 5, burst: 1}\n", "1:24: rate_limit.interval: must be a"),
    "negative": ("rate_limit: {interval: -1s, burst: 1}\n", "rate_limit.interval: must be a"),
    "nothing at once": ("rate_limit: {interval: 1s}\n", "rate_limit.burst: must be 1 or more"),
    "burst in words": ("rate_limit: {interval: 1s, burst: ten}\n", "rate_limit.burst: must be a"),
    "negative burst": ("rate_limit: {interval: 1s, burst: -1}\n", "rate_limit.burst: must be a"),
}
"""Keys that promtool of 2.42 does not know."""


@pytest.fixture
def place(pki: Callable[[str], tuple[str, str]], write: Write) -> Callable[[str], Path]:
    """Write a web configuration beside certificates of all kinds."""
    ca, _ = pki("ca")
    for name in ("server", "other"):
        cert, key = pki(name)
        write(f"{name}.pem", cert)
        write(f"{name}.key", key)
    write("ca.pem", ca)
    return lambda text: write("web.yml", text)


def promtool(file: Path) -> bool:
    program = needed("promtool")
    command = [program, "check", "web-config", str(file)]
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    return done.returncode == 0


def complaints(file: Path) -> str:
    with pytest.raises(ConfigError) as caught:
        load(str(file))
    return str(caught.value)


@pytest.mark.parametrize("name", GOOD)
def test_a_good_file_is_good_for_us_and_for_promtool(
    name: str, place: Callable[[str], Path]
) -> None:
    """The format is the exporter-toolkit's."""
    file = place(GOOD[name])
    load(str(file))
    assert promtool(file)


def test_x25519_alone_is_kept_to_or_refused_in_words(place: Callable[[str], Path]) -> None:
    """Older releases of Python 3.11 cannot: that is said, with what to do."""
    file = place(TLS + "  curve_preferences: [X25519]\n")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).set_ecdh_curve("X25519")
    except ssl.SSLError:
        assert "keep to the curve X25519 alone: name several curves" in complaints(file)
    else:
        assert load(str(file)).context is not None
    assert promtool(file)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_bad_for_us_and_for_promtool(name: str, place: Callable[[str], Path]) -> None:
    """And the problem says where it is and which key it is about."""
    text, expected = BAD[name]
    file = place(text)
    assert expected in complaints(file)
    assert str(file) in complaints(file)
    assert not promtool(file)


@pytest.mark.parametrize("name", STRICTER)
def test_what_cannot_work_is_refused_here_alone(name: str, place: Callable[[str], Path]) -> None:
    """Where we differ from promtool, we are stricter, and say why."""
    text, expected = STRICTER[name]
    file = place(text)
    assert expected in complaints(file)
    if name != "SANs for nobody":  # only newer releases of the toolkit know that key well
        assert promtool(file)


@pytest.mark.parametrize("name", NEWER)
def test_rate_limits_are_understood(name: str, place: Callable[[str], Path]) -> None:
    """Newer than the promtool at hand."""
    settings = load(str(place(NEWER[name]))).settings
    assert (settings.rate_limit is None) == (name == "limit off")


@pytest.mark.parametrize("name", NEWER_BAD)
def test_bad_rate_limits_are_refused(name: str, place: Callable[[str], Path]) -> None:
    """A number without a unit would be nanoseconds in Go; nobody means that."""
    text, expected = NEWER_BAD[name]
    assert expected in complaints(place(text))


def test_every_problem_is_told_at_once(place: Callable[[str], Path]) -> None:
    """One round of mending is enough."""
    file = place("a: 1\nhttp_server_config: {http2: maybe}\nbasic_auth_users: {u: x, v: y}\n")
    with pytest.raises(ConfigError) as caught:
        load(str(file))
    assert [problem.line for problem in caught.value.problems] == [1, 2, 3, 3]


def test_no_problem_quotes_a_value(place: Callable[[str], Path]) -> None:
    """A password typed where its hash belongs does not reach a log."""
    text = "basic_auth_users: {alice: hunter2}\nrate_limit: {interval: hunter2}\n"
    assert "hunter2" not in complaints(place(text))
    assert "hunter2" not in complaints(place("tls_server_config: {key: hunter2, cert: hunter2}\n"))
    assert "hunter2" not in repr(load(str(place(f"basic_auth_users: {{a: {HASH}}}\n"))).settings)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """With its name."""
    assert "none.yml: cannot be read: No such file" in complaints(tmp_path / "none.yml")
    binary = tmp_path / "binary.yml"
    binary.write_bytes(b"\xff\xfe")
    assert "is not UTF-8" in complaints(binary)


@pytest.mark.parametrize("key", ["cert_file", "key_file", "client_ca_file"])
def test_only_regular_files_are_read(key: str, place: Callable[[str], Path]) -> None:
    """What is looked at every few seconds must end, and be there: no pipe, no device, no folder."""
    lines = [line for line in CLIENT.splitlines() if f" {key}: " not in line]
    pipe = place("").parent / "pipe"
    os.mkfifo(pipe)
    for odd in ("/dev/zero", "pipe", "."):
        file = place("\n".join([*lines, f"  {key}: {odd}"]))
        assert f"{key}: is not a regular file" in complaints(file)
    assert "pipe: is not a regular file" in complaints(pipe)
    assert "/dev/zero: is not a regular file" in complaints(Path("/dev/zero"))


def test_a_file_without_end_is_not_read_to_its_end(place: Callable[[str], Path]) -> None:
    """Gigabytes under a certificate's name cost no memory."""
    file = place(TLS)
    os.truncate(file.parent / "server.pem", 1 << 32)
    assert "cert_file: is larger than 8192 KiB" in complaints(file)
    os.truncate(file, 1 << 32)
    assert "is larger than 8192 KiB" in complaints(file)


def test_inline_pem_is_as_good_as_files(
    place: Callable[[str], Path], pki: Callable[[str], tuple[str, str]]
) -> None:
    """Certificate and key may stand in the file itself; nothing is written to disk for it."""
    cert, key = pki("server")
    quoted = [text.replace("\n", "\n    ") for text in (cert, key)]
    file = place("tls_server_config:\n  cert: |\n    {}\n  key: |\n    {}\n".format(*quoted))
    before = set(file.parent.iterdir())
    assert load(str(file)).context is not None
    assert set(file.parent.iterdir()) == before


def test_tls_is_what_the_file_says(place: Callable[[str], Path]) -> None:
    """Nothing older than TLS 1.2 whatever is asked for; ciphers by their Go names."""
    context = load(str(place(GOOD["old minimum"]))).context
    assert context is not None
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2
    context = load(str(place(GOOD["ciphers"]))).context
    assert context is not None
    old = [each["name"] for each in context.get_ciphers() if each["protocol"] != "TLSv1.3"]
    assert old == ["ECDHE-RSA-AES128-GCM-SHA256"]
    context = load(str(place(CLIENT))).context
    assert context is not None
    assert context.verify_mode is ssl.CERT_REQUIRED


def test_a_digest_changes_with_every_file_that_is_read(
    place: Callable[[str], Path], pki: Callable[[str], tuple[str, str]]
) -> None:
    """A renewed certificate is a change although the configuration file is the same."""
    file = place(TLS)
    first = load(str(file)).digest
    assert load(str(file)).digest == first
    cert, key = pki("renewed")
    (file.parent / "server.pem").write_text(cert)
    (file.parent / "server.key").write_text(key)
    assert load(str(file)).digest != first


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("1s", 1.0), ("1m30s", 90.0), ("500ms", 0.5), ("1.5h", 5400.0), (".5s", 0.5), ("0", 0.0)],
)
def test_durations_are_gos(text: str, seconds: float) -> None:
    """As time.ParseDuration reads them."""
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "5", "-1s", "1 s", "1d", "s", "1s!", "\u0661s"])
def test_what_is_no_duration_is_none(text: str) -> None:
    """Negative ones neither: no limit means that."""
    assert parse_duration(text) is None


@given(st.text())
def test_no_text_makes_the_reader_raise(text: str) -> None:
    """Garbage gives problems, not tracebacks."""
    sheet = Sheet("web.yml", text)
    read(sheet, Path("/nonexistent"))
    assert all("\n" not in str(problem.message) for problem in sheet.problems)

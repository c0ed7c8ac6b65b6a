import os
from collections.abc import Callable
from pathlib import Path

import pytest

from goproxy_exporter.config.load import load
from goproxy_exporter.config.settings import Settings
from goproxy_exporter.errors import ConfigError
from goproxy_exporter.model.mirror import Canary, Check, Mirror, Thresholds
from goproxy_exporter.model.names import DEFAULT_INTERVALS, CheckName

Load = Callable[..., Settings]
Refuse = Callable[..., list[str]]

ONE = "mirrors:\n  - name: a\n    url: https://a.example\n"
KEY = "localhost.localdev/sumdb+00000c67+AcTrnkbUA+TU4heY3hkjiSES/DSQniBqIeQ/YppAUtK6"


def checks(settings: Settings, mirror: str) -> dict[str, Check]:
    return {check.name.value: check for check in settings.checks if check.mirror.name == mirror}


def mirror(settings: Settings, name: str) -> Mirror:
    return next(each for each in settings.mirrors if each.name == name)


def test_the_built_in_configuration(implemented: frozenset[CheckName]) -> None:
    """Three mirrors, every implemented check of each, a chain, and a reference that is one of them."""
    settings = load(None, env={}, implemented=implemented)
    assert {each.name: each.url for each in settings.mirrors} == {
        "goproxy.cn": "https://goproxy.cn",
        "proxy.golang.org": "https://proxy.golang.org",
        "mirrors.aliyun.com/goproxy": "https://mirrors.aliyun.com/goproxy/",
    }
    assert len(settings.checks) == 3 * len(implemented)
    assert [each.is_reference for each in settings.mirrors] == [False, True, False]
    assert settings.reference == "proxy.golang.org"
    assert settings.reference_url == "https://proxy.golang.org"
    assert [chain.name for chain in settings.chains] == ["default"]
    assert settings.checksum_database == "sum.golang.org"


def test_only_the_public_reference_accepts_a_missing_relay(
    implemented: frozenset[CheckName],
) -> None:
    """proxy.golang.org relays no checksum database by design, so the default can be all green."""
    settings = load(None, env={}, implemented=implemented)
    accepted = {each.name: each.accept for each in settings.mirrors if each.accept}
    assert accepted == {"proxy.golang.org": frozenset({"sumdb.not_proxied"})}


def test_an_empty_mapping_is_the_built_in_configuration(
    loaded: Load, implemented: frozenset[CheckName]
) -> None:
    """Every key may be absent."""
    built_in = load(None, env={}, implemented=implemented)
    settings = loaded("{}\n")
    assert settings.mirrors == built_in.mirrors
    assert settings.checks == built_in.checks
    assert settings.chains == built_in.chains


def test_own_mirrors_come_without_the_built_in_chain(loaded: Load) -> None:
    """A chain through mirrors that nobody asked for would be noise."""
    assert loaded(ONE).chains == ()


def test_only_implemented_checks_run(tmp_path: Path) -> None:
    """A key for a check without a probe is accepted, and makes no check."""
    path = tmp_path / "c.yml"
    path.write_text(ONE + "    checks: {sumdb: {interval: 5m}, vulndb: {enabled: true}}\n")
    assert load(path, env={}, implemented=frozenset()).checks == frozenset()
    settings = load(path, env={}, implemented=frozenset(CheckName))
    assert set(checks(settings, "a")) == set(CheckName) - {CheckName.CHAIN, CheckName.VULNDB}


@pytest.mark.parametrize(
    ("canaries", "asked"),
    [
        ("{}", True),
        ("{uppercase: off}", True),
        ("{incompatible: off}", True),
        ("{uppercase: off, incompatible: off}", False),
    ],
)
def test_escapes_need_a_canary(tmp_path: Path, canaries: str, *, asked: bool) -> None:
    """Without one there is nothing to ask."""
    path = tmp_path / "c.yml"
    path.write_text(f"{ONE}    canaries: {canaries}\n")
    settings = load(path, env={}, implemented=frozenset(CheckName))
    assert ("encoding" in checks(settings, "a")) is asked


def test_every_check_has_its_own_interval_by_default(loaded: Load) -> None:
    """As the table of default intervals says; a large archive gets more time."""
    found = checks(loaded(ONE), "a")
    assert {name: check.interval for name, check in found.items()} == {
        name: DEFAULT_INTERVALS[CheckName(name)] for name in found
    }
    assert {name: check.timeout for name, check in found.items()} == {
        "endpoints": 10.0,
        "zip": 10.0,
        "large_zip": 300.0,
        "edges": 10.0,
    }


def test_the_general_interval_is_for_the_checks_of_every_minute(loaded: Load) -> None:
    """The slow ones keep their own; what a mirror says wins."""
    text = (
        "defaults: {interval: 30s, timeout: 20s}\n" + ONE + "    checks: {zip: {interval: 15s}}\n"
    )
    found = checks(loaded(text), "a")
    assert (found["endpoints"].interval, found["endpoints"].timeout) == (30.0, 20.0)
    assert (found["edges"].interval, found["edges"].timeout) == (600.0, 20.0)
    assert (found["zip"].interval, found["zip"].timeout) == (15.0, 15.0)
    assert found["large_zip"].timeout == 300.0


def test_an_inherited_timeout_gives_way_to_the_interval(loaded: Load) -> None:
    """A written one that is longer is a problem instead (bad/timeout-longer-than-interval.yml)."""
    found = checks(loaded("defaults: {interval: 5s}\n" + ONE), "a")
    assert found["endpoints"].timeout == 5.0


def test_checks_can_be_switched_off(loaded: Load) -> None:
    """By name; by having no large canary; by not looking at edges."""
    text = (
        ONE + "    checks: {zip: {enabled: false}}\n    edges: false\n    canaries: {large: off}\n"
    )
    assert set(checks(loaded(text), "a")) == {"endpoints"}


@pytest.mark.parametrize(
    ("text", "index", "asks"),
    [
        (ONE, True, True),
        ("module_index: off\n" + ONE, False, True),
        ("module_index: off\ncanaries: {untagged: off}\n" + ONE, False, False),
        (ONE + "    canaries: {fresh: []}\n", False, True),
        (
            "canaries: {untagged: off, fresh: [{module: a.b/c, version: v1.0.0}]}\n" + ONE,
            False,
            True,
        ),
        (
            "canaries: {fresh: []}\n" + ONE + "    canaries: {untagged: off, fresh: index}\n",
            True,
            True,
        ),
    ],
)
def test_where_fresh_versions_come_from(tmp_path: Path, text: str, index: bool, asks: bool) -> None:
    """From the index where there is one; without any nothing is followed but the untagged one."""
    path = tmp_path / "c.yml"
    path.write_text(text)
    settings = load(path, env={}, implemented=frozenset({CheckName.FRESHNESS}))
    assert [one.canaries.fresh_from_index for one in settings.mirrors] == [index]
    assert bool([one for one in settings.checks if one.mirror.name == "a"]) is asks


def test_the_floor_of_intervals_can_be_lowered(
    tmp_path: Path, implemented: frozenset[CheckName]
) -> None:
    """For programs that test us, not for people."""
    path = tmp_path / "c.yml"
    path.write_text("defaults: {interval: 200ms}\n" + ONE)
    found = checks(load(path, env={}, implemented=implemented, floor=0.1), "a")
    assert (found["endpoints"].interval, found["endpoints"].timeout) == (0.2, 0.2)


def test_thresholds_are_laid_over_each_other(loaded: Load) -> None:
    """Built-in, then general, then the mirror's, key by key."""
    text = (
        "thresholds: {first_byte: 3s, list_lag: 2h}\n" + ONE + "    thresholds: {list_lag: 30m}\n"
    )
    settings = loaded(text + "  - {name: b, url: https://b.example}\n")
    assert mirror(settings, "a").thresholds == Thresholds(first_byte=3.0, list_lag=1800.0)
    assert mirror(settings, "b").thresholds == Thresholds(first_byte=3.0, list_lag=7200.0)


def test_canaries_are_laid_over_each_other(loaded: Load) -> None:
    """Key by key, and what the operator named is declared."""
    text = (
        "canaries: {uppercase: {module: a.example/Up, version: v1.0.0}, untagged: off}\n"
        + ONE
        + "    canaries: {stable: [{module: b.example/m, version: v1.2.3}], fresh: []}\n"
    )
    settings = loaded(text + "  - {name: b, url: https://b.example}\n")
    a, b = mirror(settings, "a").canaries, mirror(settings, "b").canaries
    assert a.stable == (Canary(module="b.example/m", version="v1.2.3", declared=True),)
    assert (
        a.uppercase == b.uppercase == Canary(module="a.example/Up", version="v1.0.0", declared=True)
    )
    assert a.untagged is None
    assert (a.fresh, a.fresh_from_index, b.fresh_from_index) == ((), False, True)
    assert b.stable[0].module == "github.com/josharian/intern"
    assert not b.stable[0].declared


def test_the_missing_canary_follows_the_first_stable_one(loaded: Load) -> None:
    """Unless it is named; and only if a module could be called so at all."""
    own = "    canaries: {stable: [{module: gopkg.in/yaml.v3, version: v3.0.1}, {module: b.example/m/v2, version: v2.0.0}]}\n"
    assert mirror(loaded(ONE), "a").canaries.missing.module == "github.com/josharian/intern/zz-none"
    assert mirror(loaded(ONE + own), "a").canaries.missing.module == "b.example/m/v2/zz-none"
    named = "canaries: {missing: {module: c.example/none}}\n" + ONE + own
    assert mirror(loaded(named), "a").canaries.missing == Canary(
        module="c.example/none", declared=True
    )


def test_pins_belong_to_their_database(loaded: Load) -> None:
    """The built-in sums are records of sum.golang.org: with another database, or none, they go."""
    assert mirror(loaded(ONE), "a").canaries.stable[0].zip_sum is not None
    for database in ("off", KEY):
        canaries = mirror(loaded(f"checksum_database: {database}\n{ONE}"), "a").canaries
        assert canaries.stable[0].zip_sum is None
        assert canaries.incompatible is not None
        assert canaries.incompatible.zip_sum is None
    sums = "    canaries: {stable: [{module: b.example/m, version: v1.0.0, sums: {mod: 'h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='}}]}\n"
    own = mirror(loaded("checksum_database: off\n" + ONE + sums), "a").canaries.stable[0]
    assert own.mod_sum == "h1:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="


@pytest.mark.parametrize(
    ("reference", "kept", "flagged"),
    [
        ("", "https://proxy.golang.org", []),
        ("reference: a\n", "a", ["a"]),
        ("reference: https://a.example/\n", "https://a.example/", ["a"]),
        ("reference: https://other.example\n", "https://other.example", []),
        ("reference: off\n", None, []),
    ],
)
def test_the_reference_is_never_judged_against_itself(
    loaded: Load, reference: str, kept: str | None, flagged: list[str]
) -> None:
    """By name or by URL; without a mirror of that name the default is the public proxy."""
    settings = loaded(reference + ONE)
    assert settings.reference == kept
    assert [each.name for each in settings.mirrors if each.is_reference] == flagged


def test_the_reference_is_asked_on_its_own_terms(loaded: Load) -> None:
    """A private mirror that is the reference keeps its credentials; a URL gets general terms."""
    text = "nameservers: [192.0.2.53]\nmirrors:\n  - {name: a, url: 'https://u:pw@a.example', ip_family: 4}\n"
    named = loaded("reference: a\n" + text)
    assert named.reference_access == named.mirrors[0].access
    assert named.reference_url == "https://a.example"
    by_url = loaded("reference: https://b.example\n" + text)
    assert by_url.reference_access == by_url.terms.access
    assert by_url.reference_access.nameservers == ("192.0.2.53",)


def test_a_chain_and_a_database(loaded: Load) -> None:
    """Texts are kept as they are."""
    text = (
        ONE
        + "chains:\n  - {name: c, goproxy: 'https://a.example|direct', gonoproxy: '*.corp.example'}\n"
        + "vulnerability_databases:\n  - {name: v, url: https://v.example}\n"
        + "  - {name: w, url: https://w.example, reference: v}\n"
    )
    settings = loaded(text)
    assert settings.chains[0].goproxy == "https://a.example|direct"
    assert settings.chains[0].gonoproxy == "*.corp.example"
    assert settings.chains[0].gosumdb == settings.checksum_database == "sum.golang.org"
    off = loaded(text.replace("gonoproxy", "gosumdb: off, gonoproxy"))
    assert off.chains[0].gosumdb is None
    assert [each.reference for each in settings.vulnerability_databases] == [None, "v"]


def test_off_is_none(loaded: Load) -> None:
    """What is switched off is absent, not a text that everybody has to know."""
    settings = loaded("checksum_database: off\nmodule_index: off\nreference: off\n" + ONE)
    assert (settings.checksum_database, settings.module_index, settings.reference) == (None,) * 3


def test_fragments_add_to_the_lists(tmp_path: Path, loaded: Load) -> None:
    """In the order of their names; what is no YAML file, or hidden, is left alone."""
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "20.yml").write_text("mirrors: [{name: c, url: https://c.example}]\n")
    (folder / "10.yaml").write_text("mirrors: [{name: b, url: https://b.example}]\n")
    (folder / "30.yml").write_text("{}\n")
    (folder / ".40.yml").write_text("nonsense\n")
    (folder / "README").write_text("nonsense\n")
    settings = loaded("config_dir: conf.d\n" + ONE)
    assert [each.name for each in settings.mirrors] == ["a", "b", "c"]
    assert [Path(name).name for name in settings.files] == [
        "config.yml",
        "10.yaml",
        "20.yml",
        "30.yml",
    ]


def test_a_fragment_may_hold_all_mirrors(tmp_path: Path, loaded: Load) -> None:
    """Then the built-in ones are not watched; an empty folder leaves them."""
    folder = tmp_path / "conf.d"
    folder.mkdir()
    assert len(loaded("config_dir: conf.d\n").mirrors) == 3
    (folder / "10.yml").write_text("mirrors: [{name: b, url: https://b.example}]\n")
    assert [each.name for each in loaded("config_dir: conf.d\n").mirrors] == ["b"]


def test_files_in_a_fragment_are_relative_to_it(tmp_path: Path, loaded: Load) -> None:
    """Not to the main file."""
    folder = tmp_path / "conf.d"
    folder.mkdir()
    (folder / "token").write_text("t0ken\n")
    (folder / "10.yml").write_text(
        "mirrors: [{name: b, url: https://b.example, auth: {bearer: 'file:token'}}]\n"
    )
    credentials = loaded("config_dir: conf.d\n").mirrors[0].access.credentials
    assert credentials is not None
    assert credentials.token is not None
    assert credentials.token.value == "t0ken"


def test_a_file_that_is_not_there(tmp_path: Path, implemented: frozenset[CheckName]) -> None:
    """One problem, with the file's name, and not a traceback."""
    with pytest.raises(ConfigError, match=r"none\.yml:1:1: cannot be read: No such file"):
        load(tmp_path / "none.yml", env={}, implemented=implemented)
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path, env={}, implemented=implemented)


def test_a_file_that_is_too_large(tmp_path: Path, refused: Refuse) -> None:
    """A megabyte is plenty."""
    assert refused("# " + "x" * 1024 * 1024) == ["config.yml:1:1: is larger than 1024 KiB"]


def test_a_file_that_cannot_be_opened(tmp_path: Path, implemented: frozenset[CheckName]) -> None:
    """The system's reason is told."""
    path = tmp_path / "c.yml"
    path.symlink_to(path)
    with pytest.raises(ConfigError, match="cannot be read: Too many levels of symbolic links"):
        load(path, env={}, implemented=implemented)


def test_a_fragment_is_a_file(tmp_path: Path, refused: Refuse) -> None:
    """A pipe would keep us waiting for ever; a link to nothing is a mistake, not an absence."""
    folder = tmp_path / "conf.d"
    folder.mkdir()
    os.mkfifo(folder / "a.yml")
    (folder / "b.yml").symlink_to("nowhere")
    (folder / "c.yml").mkdir()
    assert refused("config_dir: conf.d\n") == [
        "conf.d/a.yml:1:1: is not a regular file",
        "conf.d/b.yml:1:1: cannot be read: No such file or directory",
        "conf.d/c.yml:1:1: is not a regular file",
    ]


def test_names_that_the_system_refuses(refused: Refuse) -> None:
    """The reason is told at the key."""
    name = "x" * 300
    text = f"state_dir: {name}\nconfig_dir: {name}\ntls: {{ca_file: {name}}}\n"
    assert refused(text) == [
        "config.yml:1:12: state_dir: cannot be used: File name too long",
        "config.yml:2:13: config_dir: the folder cannot be read: File name too long",
        "config.yml:3:16: tls.ca_file: the file cannot be read: File name too long",
    ]


def test_windows_line_ends_and_a_byte_order_mark(
    tmp_path: Path, implemented: frozenset[CheckName]
) -> None:
    """Editors on Windows write both."""
    path = tmp_path / "c.yml"
    path.write_bytes(b"\xef\xbb\xbf" + ONE.replace("\n", "\r\n").encode())
    assert load(path, env={}, implemented=implemented).mirrors[0].name == "a"


def test_everything_else_of_a_mirror(loaded: Load) -> None:
    """Each key ends up in the field of its name."""
    text = ONE + (
        "    ip_family: 6\n    edges: false\n    accept: [perf.slow_first_byte]\n"
        "    private_patterns: ['*.corp.example']\n    labels: {b: y, a: x}\n"
        "    require_http2: true\n    budget: {requests_per_hour: 7, bytes_per_hour: 1MB}\n"
        "    forward_proxy: off\n    headers: {X-Key: k}\n"
    )
    found = mirror(loaded("forward_proxy: 'http://u:pw@proxy.example'\n" + text), "a")
    assert found.access.ip_family == 6
    assert found.access.forward_proxy == ""
    assert found.access.forward_proxy_credentials is None
    assert [(name, secret.value) for name, secret in found.access.headers] == [("x-key", "k")]
    assert not found.edges
    assert found.accept == {"perf.slow_first_byte"}
    assert found.private_patterns == ("*.corp.example",)
    assert found.labels == (("a", "x"), ("b", "y"))
    assert found.require_http2
    assert (found.budget.requests_per_hour, found.budget.bytes_per_hour) == (7, 1_000_000)


def test_everything_else_of_the_file(loaded: Load, tmp_path: Path) -> None:
    """Each key ends up in the field of its name; a forward proxy always has a port."""
    settings = loaded(
        "vantage: here\nstate_dir: state\nnameservers: ['[2001:DB8::1]:53']\n"
        "control_targets: ['[2001:db8::2]:443']\nforward_proxy: 'http://u:pw@proxy.example'\n"
        "defaults: {concurrency: 5}\nmodule_index: https://index.example/\n" + ONE
    )
    assert settings.vantage == "here"
    assert settings.state_dir == str(tmp_path / "state")
    assert settings.nameservers == ("[2001:db8::1]:53",)
    assert settings.control_targets == (("2001:db8::2", 443),)
    assert settings.concurrency == 5
    assert settings.module_index == "https://index.example/"
    access = settings.mirrors[0].access
    assert access.forward_proxy == "http://proxy.example:80"
    assert access.forward_proxy_credentials is not None
    assert access.forward_proxy_credentials.username == "u"


def test_switches_are_text(loaded: Load) -> None:
    """`off`, `no` and `on` are names like others in YAML 1.2."""
    settings = loaded("mirrors: [{name: no, url: https://a.example, labels: {on: off}}]\n")
    assert settings.mirrors[0].name == "no"
    assert settings.mirrors[0].labels == (("on", "off"),)

"""Whatever is in a file: settings, or ConfigError with places, and nothing else."""

import time
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from goproxy_exporter.config.effective import effective
from goproxy_exporter.config.load import load
from goproxy_exporter.config.schema import Document
from goproxy_exporter.config.schema_mirror import CheckSection, MirrorSection
from goproxy_exporter.errors import ConfigError, Problem
from goproxy_exporter.model.names import CheckName

SEEDS = [path.read_bytes() for path in sorted(Path(__file__).parent.joinpath("bad").glob("*.yml"))]
PATIENT = settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def outcome(path: Path, content: bytes) -> float:
    """Load, see that the outcome is one of the two, and give the CPU seconds it took."""
    path.write_bytes(content)
    start = time.thread_time()
    problems: tuple[Problem, ...] | None = None
    try:
        found = load(path, env={"A": "a", "HOME": "/nonexistent"}, implemented=frozenset(CheckName))
        effective(found).encode()
        hash(found)
    except ConfigError as error:
        problems = error.problems
    if problems is not None:
        assert problems
        assert all(problem.line and problem.column for problem in problems)
        "\n".join(map(str, problems)).encode()
    return time.thread_time() - start


@PATIENT
@given(content=st.binary(max_size=300))
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    """Bytes that may not even be text."""
    outcome(tmp_path / "c.yml", content)


@PATIENT
@given(data=st.data())
def test_files_with_a_slip(tmp_path: Path, data: st.DataObject) -> None:
    """Known files with a piece cut out, doubled, or replaced."""
    content = data.draw(st.sampled_from(SEEDS))
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, len(content)))
    piece = data.draw(
        st.sampled_from(
            [
                b"",
                content[start:end] * 2,
                b"\n",
                b": ",
                b"[",
                b"- ",
                b"\x00",
                b"${A}",
                b"*x",
                b"~",
                b"1e9",
            ]
        )
    )
    outcome(tmp_path / "c.yml", content[:start] + piece + content[end:])


WORDS = st.sampled_from(
    ["off", "index", "a", "https://a.example", "https://u:p@a.example:1/x", "1m", "0s", "100kB",
     "${A}", "${", "$$", "file:x", "a.example/m", "v1.0.0", "a.example:1", "192.0.2.1", "direct",
     "sum.golang.org", "tls.expiring", "h1:", "", "\ud7ff\n"]
)  # fmt: skip
LEAVES = st.none() | st.booleans() | st.integers(-(10**20), 10**20) | st.floats() | WORDS
KEYS = st.sampled_from(
    sorted({*Document.model_fields, *MirrorSection.model_fields, *CheckSection.model_fields,
            *map(str, CheckName), "stable", "module", "version", "goproxy", "basic", "password", "bogus"})
)  # fmt: skip
SHAPES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=15,
)


@PATIENT
@given(data=st.dictionaries(KEYS, SHAPES, max_size=5))
def test_known_keys_with_any_values(tmp_path: Path, data: dict[str, object]) -> None:
    """Every shape where another is expected."""
    outcome(tmp_path / "c.yml", yaml.safe_dump(data, allow_unicode=True).encode())


MIRRORS = st.fixed_dictionaries(
    {"name": WORDS, "url": WORDS},
    optional={key: SHAPES for key in MirrorSection.model_fields if key not in {"name", "url"}},
)


@PATIENT
@given(data=st.fixed_dictionaries({"mirrors": st.lists(MIRRORS, min_size=1, max_size=3)}))
def test_mirrors_with_any_values(tmp_path: Path, data: dict[str, object]) -> None:
    """Past the first validation, too."""
    outcome(tmp_path / "c.yml", yaml.safe_dump(data, allow_unicode=True).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"mirrors:\n" + b"- {name: a, url: https://a.example}\n" * 3_000,
        b"mirrors:\n" + b"- {}\n" * 15_000,
        b"".join(b"k%d: 1\n" % n for n in range(10_000)),
        b"vantage: '" + b"${A}" * 100_000 + b"'\n",
        b"mirrors: [{name: a, url: 'https://" + b"a." * 200_000 + b"'}]\n",
        b"mirrors: [{name: a, url: https://a.example, private_patterns: ['"
        + b"[a-b" * 100_000
        + b"']}]\n",
        b"canaries: {untagged: {module: a.example/" + b"a/" * 200_000 + b"}}\n",
        b"chains: [{name: a, goproxy: '" + b"https://a.example|" * 20_000 + b"'}]\n",
    ],
    ids=["same-mirror", "no-mirror", "keys", "variables", "host", "pattern", "module", "chain"],
)
def test_large_files_end_in_time(tmp_path: Path, content: bytes) -> None:
    """Many of anything, or something long, in seconds."""
    seconds = outcome(tmp_path / "c.yml", content)
    assert seconds < 20

"""Mutated answers, a few thousand for each parser and always the same: none is ever surprised."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INPUTS = 1000
"""For each target at least, the seeds among them: libFuzzer runs an odd one twice."""
FEWEST = 20
"""Targets that there are at least."""


@pytest.mark.timeout(400)
def test_no_parser_is_surprised(tmp_path: Path) -> None:
    """Values and refusals, in bounded memory and time, from every target that there is.

    The fuzzer itself makes sure beforehand that it would notice anything else.
    """
    if find_spec("atheris") is None:
        pytest.skip("atheris is not here: it has no wheel for this Python or machine")
    # Unwatched: two who trace the same code are slow.
    alone = {name: value for name, value in os.environ.items() if "COV" not in name}
    done = subprocess.run(
        [sys.executable, "fuzz/run.py", "--corpus", str(tmp_path), "--runs", str(INPUTS)],
        cwd=ROOT,
        env=alone | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    tried = [int(count) for count in re.findall(r": (\d+) inputs, ", done.stdout)]
    assert len(tried) == len(done.stdout.splitlines()) >= FEWEST, done.stdout
    assert min(tried) >= INPUTS, done.stdout

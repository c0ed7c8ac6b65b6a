"""What every test may ask for."""

import json
from pathlib import Path
from typing import Any

import pytest

VECTORS = Path(__file__).parents[2] / "shared" / "reference" / "vectors.json"


@pytest.fixture(scope="session")
def vectors() -> dict[str, Any]:
    """The shared test vectors, each section with its source."""
    if not VECTORS.exists():
        pytest.skip(f"test vectors are not here: {VECTORS}")
    loaded: dict[str, Any] = json.loads(VECTORS.read_text(encoding="utf-8"))
    return loaded

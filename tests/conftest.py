"""What all tests share: where compiled queries are kept, and the language at their start."""

import os
from pathlib import Path

import pytest

from conventio.cli.speech import spoken

# Beside what pytest keeps itself, and not in the home of whoever runs the tests.
os.environ.setdefault(
    "CONVENTIO_QUERIES", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "queries")
)


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A command run within this process leaves its language; each test begins without it."""
    spoken.set("en")

"""What all tests share: where queries are kept, their language, and that no clock fails them."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from conventio.cli.speech import spoken

# How long an example takes, or is drawn for, says how busy the machine is and nothing else.
settings.register_profile(
    "any-machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any-machine")

# Beside what pytest keeps itself, and not in the home of whoever runs the tests.
os.environ.setdefault(
    "CONVENTIO_QUERIES", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "queries")
)


# Whatever the system of whoever runs them speaks.
os.environ["CONVENTIO_LANGUAGE"] = "en"


@pytest.fixture(autouse=True)
def in_english() -> None:
    """A command run within this process leaves its language; each test begins without it."""
    spoken.set("en")

"""What all tests share: where compiled queries are kept while they run."""

import os
from pathlib import Path

# Beside what pytest keeps itself, and not in the home of whoever runs the tests.
os.environ.setdefault(
    "CONVENTIO_QUERIES", str(Path(__file__).resolve().parents[1] / ".pytest_cache" / "queries")
)

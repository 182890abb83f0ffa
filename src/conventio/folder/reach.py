"""How far the reading of a folder has come, as the system counts the bytes that were read."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from conventio.folder.files import BROKEN, Unfit, footers, parts
from conventio.folder.tables import TABLES

COUNTED = Path("/proc/self/io")
"""Where Linux tells what this process has read; other systems do not tell it so."""

HASHED, TAKEN_IN = 0.05, 0.85
"""The share of reading that is done when each byte was looked at, for its hash, and once more.

What is left then is to compare rows with each other.
"""

BYTES_OF_A_LINE = 140
"""What a service takes in CSV, about."""


def reach(folder: Path) -> Callable[[], float]:
    """Answers what tells the share of the reading that is done by now, from 0 to 1.

    It stays 0 where the system does not count what is read.
    """
    sizes = [(file.stat().st_size, file.suffix == ".csv") for file in _files(folder)]
    given = sum(size for size, _ in sizes) or 1
    # The records of CSV are counted in a pass of its own.
    looked_at = given + sum(size for size, counted in sizes if counted)
    before = _bytes_read()

    def reached() -> float:
        read = _bytes_read() - before
        if read < looked_at:
            return read / looked_at * HASHED
        return HASHED + min(1.0, (read - looked_at) / given) * (TAKEN_IN - HASHED)

    return reached


def services_given(folder: Path) -> int:
    """About how many services there are; at least one."""
    with suppress(*BROKEN, Unfit):
        _, found = footers(folder / "services.parquet")
        return max(1, sum(file.rows for file in found))
    with suppress(OSError):
        return max(1, (folder / "services.csv").stat().st_size // BYTES_OF_A_LINE)
    return 1


def _files(folder: Path) -> list[Path]:
    """The files of tables in a folder; none where it is no folder."""
    named = [folder / f"{table}{suffix}" for table in TABLES for suffix in (".csv", ".parquet")]
    found: list[Path] = []
    for path in named:
        with suppress(OSError, Unfit):
            found += parts(path)
    return found


def _bytes_read() -> int:
    """The bytes that this process has read so far, from wherever; 0 where nobody counts them."""
    with suppress(OSError, ValueError):
        return int(COUNTED.read_text(encoding="ascii").split()[1])
    return 0

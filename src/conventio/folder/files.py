"""The files of an input while they are read: whether one was changed, or is damaged inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from conventio.folder.engine import Engine, compiled
from conventio.folder.sources import Source

BROKEN = (pa.ArrowException, OSError, ValueError)
"""What reading a damaged Parquet file may raise; a text that is no UTF-8 is a ValueError."""


@dataclass(frozen=True)
class Stamp:
    """What the system says of a file: every write changes some of it."""

    file: int
    bytes: int
    written: int
    altered: int


def stamp(path: Path) -> Stamp | None:
    """The stamp of a file; None where there is none any more."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return Stamp(found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def is_damaged(engine: Engine, source: Source, path: Path) -> bool:
    """Whether the columns of a Parquet file can't be read to their end.

    Looked into only where the work on it has failed: it tells a bad file from a fault of our own.
    """
    columns = [column for column, _ in source.columns]
    try:
        with pq.ParquetFile(path) as file:
            for _ in file.iter_batches(columns=columns):
                pass
    except BROKEN:
        return True
    given = source.given()
    every = {column: given[column].cast("string").hash().bit_xor() for column in columns}
    try:
        engine.rows(compiled(given.aggregate(given.row.max(), **every), engine.dialect))
    except (MemoryError, KeyboardInterrupt):
        raise
    except Exception:
        return True
    return False

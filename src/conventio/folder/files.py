"""The files of an input: what a table lies in, whether it was changed, or is damaged inside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from conventio.folder.engine import Engine, ParquetFile, compiled
from conventio.folder.sources import Source

BROKEN = (pa.ArrowException, OSError, ValueError)
"""What reading a damaged Parquet file may raise; a text that is no UTF-8 is a ValueError."""


class Unfit(Exception):
    """A table does not lie there as one can: `found` is the key of what was found, with `facts`."""

    def __init__(self, found: str, **facts: str) -> None:
        self.found, self.facts = found, facts
        super().__init__(found)


def parts(path: Path) -> list[Path]:
    """The files that a table lies in: one, or for Parquet those of a folder, by their names.

    Programs that write a table in parts mark what is none of them by a dot or an underscore.
    Raises Unfit where it is something else.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise Unfit("no-file")
    if path.suffix != ".parquet":
        raise Unfit("folder")
    shown = sorted(part for part in path.iterdir() if not part.name.startswith((".", "_")))
    if not shown:
        raise Unfit("no-parts")
    for part in shown:
        if not part.is_file():
            raise Unfit("partitions", name=part.name)
    return shown


def footers(path: Path) -> tuple[pa.Schema, list[ParquetFile]]:
    """The columns of a table in Parquet, and its files; raises Unfit, or one of BROKEN."""
    schema: pa.Schema | None = None
    found: list[ParquetFile] = []
    for part in parts(path):
        with pq.ParquetFile(part) as file:
            own, footer = file.schema_arrow.remove_metadata(), file.metadata
        if schema is not None and not own.equals(schema):
            raise Unfit("other-columns", name=part.name)
        schema = own
        groups = (footer.row_group(place).num_rows for place in range(footer.num_row_groups))
        if sum(groups) != footer.num_rows:
            raise ValueError(part.name)
        found.append(ParquetFile(part, tuple(own.names), footer.num_rows))
    if schema is None:
        raise Unfit("no-parts")
    return schema, found


def sha256(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal; of a folder that of its parts' hashes and names."""
    if path.is_dir():
        lines = "".join(f"{sha256(part)}  {part.name}\n" for part in parts(path))
        return hashlib.sha256(lines.encode()).hexdigest()
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@dataclass(frozen=True)
class Stamp:
    """What the system says of a file: every write changes some of it."""

    file: int
    bytes: int
    written: int
    altered: int


def stamp(path: Path) -> tuple[Stamp, ...] | None:
    """The stamp of a file, or those of a folder and its parts; None where it is gone."""
    try:
        inside = sorted(path.iterdir()) if path.is_dir() else []
        found = [one.stat() for one in (path, *inside)]
    except FileNotFoundError:
        return None
    return tuple(Stamp(one.st_ino, one.st_size, one.st_mtime_ns, one.st_ctime_ns) for one in found)


def is_damaged(engine: Engine, source: Source, path: Path) -> bool:
    """Whether the columns of a Parquet file can't be read to their end.

    Looked into only where the work on it has failed: it tells a bad file from a fault of our own.
    """
    columns = [column for column, _ in source.columns]
    try:
        for part in parts(path):
            with pq.ParquetFile(part) as file:
                for _ in file.iter_batches(columns=columns):
                    pass
    except (*BROKEN, Unfit):
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

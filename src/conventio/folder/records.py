"""The records of a CSV file, counted by another reader than the one that takes them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from conventio.folder.dialect import Dialect
from conventio.folder.sources import LONGEST_LINE

_BLOCKS = (1 << 20, 2 * LONGEST_LINE)
"""Bytes read at once; the second is for what the first is too short for."""


def records(path: Path, dialect: Dialect) -> int | None:
    """How many records after the header have something in them; None where it can't be told."""
    for block in _BLOCKS:
        try:
            return _counted(path, dialect, block)
        except pa.ArrowInvalid as error:
            if "Empty CSV file" in str(error):
                return 0
    return None


def _counted(path: Path, dialect: Dialect, block: int) -> int:
    ragged = _Ragged()
    number, unsure = 0, False
    for batch in _batches(path, dialect, ["0"], ragged, block):
        number += batch.num_rows
        unsure = unsure or batch.column(0).null_count > 0
    if unsure:  # some rows may be of separators only, which are none
        names = [str(place) for place in range(len(dialect.header))]
        number -= sum(map(_empty, _batches(path, dialect, names, _Ragged(), block)))
    return number + ragged.number


class _Ragged:
    """Counts the records with more or fewer values than the header has names."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, row: csv.InvalidRow) -> Literal["skip"]:
        self.number += 1
        return "skip"


def _batches(
    path: Path, dialect: Dialect, columns: Sequence[str], ragged: _Ragged, block: int
) -> Iterator[pa.RecordBatch]:
    """Some columns of the records after the header, named by their places."""
    names = [str(place) for place in range(len(dialect.header))]
    with path.open("rb") as stream:
        stream.seek(dialect.header_bytes)
        yield from csv.open_csv(
            stream,
            csv.ReadOptions(column_names=names, block_size=block),
            csv.ParseOptions(
                delimiter=dialect.separator, newlines_in_values=True, invalid_row_handler=ragged
            ),
            csv.ConvertOptions(
                check_utf8=False,
                include_columns=columns,
                column_types=dict.fromkeys(columns, pa.binary()),
                strings_can_be_null=True,
                null_values=[""],
            ),
        )


def _empty(batch: pa.RecordBatch) -> int:
    """How many records of a batch have nothing in them."""
    first, *others = (pc.is_null(column) for column in batch.columns)
    for other in others:
        first = pc.and_(first, other)
    return int(pc.sum(first).as_py() or 0)

"""Tables that are written as Parquet and CSV, whole or part after part."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

from conventio.folder.engine import CsvForm, Engine

ROWS_OF_A_GROUP = 120 * 1024
"""How many rows stand together in a Parquet file, as the engine writes it."""


@dataclass(frozen=True)
class Part:
    """A part of the work: its number from 0, and how many there are."""

    number: int = 0
    of: int = 1


LOOKED_AT = 10_000
"""How many rows tell whether the texts of a column repeat."""


def _repeating(rows: pa.Table) -> list[str]:
    """The columns whose values come again: a dictionary of texts that do not serves nobody."""
    first = rows.slice(0, LOOKED_AT)
    return [
        field.name
        for field in first.schema
        if not pa.types.is_string(field.type) or 2 * len(first[field.name].unique()) <= len(first)
    ]


class Written:
    """The tables of a folder, NAME.parquet, with `csv` NAME.csv too; parts come in their order."""

    def __init__(self, engine: Engine, target: Path, *, csv: CsvForm | None) -> None:
        self.engine, self.target, self.csv = engine, target, csv
        self._open: dict[str, pq.ParquetWriter] = {}
        self._pen = ThreadPoolExecutor(1)
        self._written: list[Future[None]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pen.shutdown(cancel_futures=True)
        while self._open:
            self._open.popitem()[1].close()

    def finish(self) -> None:
        """Wait until all that was added is written; nothing can be added any more."""
        self._wait()
        while self._open:
            self._open.popitem()[1].close()

    def _wait(self) -> None:
        while self._written:
            self._written.pop().result()

    def add(self, part: Part, tables: Mapping[str, str]) -> None:
        """Write a part of the tables: the answers of queries, by name.

        Of several parts, one is still being written while the next is worked on.
        """
        self._wait()
        for name, sql in tables.items():
            if part.of == 1:
                self.engine.write_parquet(sql, self.target / f"{name}.parquet")
            else:
                self._add_parquet(name, sql)
            if self.csv is not None:
                self._add_csv(name, sql, part, self.csv)

    def _add_parquet(self, name: str, sql: str) -> None:
        """Parquet is closed by what comes last, so the file of several parts stays open."""
        rows = self.engine.arrow(sql, short=True)
        if name not in self._open:
            file = self.target / f"{name}.parquet"
            # What an engine keeps by number is text in the file, whatever program reads it.
            self._open[name] = pq.ParquetWriter(
                file,
                rows.schema,
                compression="zstd",
                store_schema=False,
                store_decimal_as_integer=True,
                use_dictionary=_repeating(rows),
            )
        self._written.append(self._pen.submit(self._open[name].write_table, rows, ROWS_OF_A_GROUP))

    def _add_csv(self, name: str, sql: str, part: Part, form: CsvForm) -> None:
        whole = self.target / f"{name}.csv"
        if part.number == 0:
            self.engine.write_csv(sql, whole, form=form)
            return
        more = self.target / f"{name}.csv.part"
        self.engine.write_csv(sql, more, header=False, form=form)
        with more.open("rb") as rows, whole.open("ab") as file:
            shutil.copyfileobj(rows, file)
        more.unlink()

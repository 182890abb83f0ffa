"""Spark as the engine: one machine or a cluster, the same queries, the same answers."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import accumulate
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

import ibis
import pyarrow as pa
import pyarrow.parquet as pq
from ibis.config import Config

from conventio.folder.engine import CsvForm, DuckDB, Engine, ParquetFile, Row, literal, quoted

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession


class _Options(Config):  # type: ignore[misc]
    """What Ibis asks when it writes SQL for Spark; it sets it only where it holds a connection."""

    treat_nan_as_null: bool = False


ibis.options.pyspark = _Options()

SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timestampType": "TIMESTAMP_NTZ",
    "spark.sql.caseSensitive": "true",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parquet.compression.codec": "zstd",
}
"""What a session is set to, wherever it runs, for its answers to be those of the other engine.

Timestamps have no zone, names are as they are written, and a value that does not fit is an error.
"""

BYTES_IN_A_PARTITION = 4 << 20
"""How many bytes of the input, as it was given, go to one partition of a shuffle."""

LARGE = 1 << 30
"""From how many bytes on the cluster reads the input; reading less of it alone is faster."""


class Spark:
    """Spark with the tables of one check: views of a session, their rows as Parquet in `scratch`.

    `scratch` is a folder that the driver and all executors see under one path. Files are read and
    answers written by the embedded engine, `embedded`, on the driver; queries run on Spark.
    """

    dialect = "pyspark"
    at_once: int | None = None

    def __init__(self, session: SparkSession, scratch: Path, *, given: int = 0) -> None:
        """`given` is the size of the input in bytes."""
        self.session = session
        self.scratch = scratch.resolve()
        self.embedded = DuckDB(spill=self.scratch)
        self.reader: Engine = self if given >= LARGE else self.embedded
        self._made = 0
        self._answers: dict[str, list[Path]] = {}
        cores = int(session.sparkContext.defaultParallelism)
        for name, value in SETTINGS.items():
            session.conf.set(name, value)
        partitions = max(cores, -(-given // BYTES_IN_A_PARTITION))
        session.conf.set("spark.sql.shuffle.partitions", str(partitions))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.embedded.connection.close()

    def create(self, name: str, sql: str, *, together: str | None = None) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""
        self._show(name, self._kept(self.session.sql(sql)))

    def append(self, name: str, sql: str) -> None:
        """Put the answer of a query after the rows of table `name`."""
        self._show(name, self.session.table(name).union(self._kept(self.session.sql(sql))))

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""
        self._show(name, self.session.sql(sql))

    def load(self, name: str, table: pa.Table, *, repeated: Sequence[str] = ()) -> None:
        """Make (or replace) table `name` from Arrow; all texts stay texts."""
        self._show(name, self.session.createDataFrame(table))

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        self.embedded.drop(name)
        self.session.catalog.dropTempView(name)

    def receive(self, name: str) -> None:
        """Make a table or view of the embedded engine, if there is one of that name, known here."""
        if self.embedded.has(name):
            file = self._place() / "part-0.parquet"
            file.parent.mkdir()
            self.embedded.write_parquet(f"SELECT * FROM {quoted(name)}", file)
            self._show(name, self.session.read.parquet(_uri(file)))

    def parquet(self, files: Sequence[ParquetFile]) -> tuple[str, str] | None:
        """What to select from for the rows of files of one shape, and their numbers from 1.

        None where they hold a type that Spark does not read, or not as the other engine does, or
        where names of theirs would have to be told apart.
        """
        if not all(map(_is_read, pq.read_schema(files[0].path).types)):
            return None
        number = "row number"
        if number in files[0].columns or (len(files) > 1 and any(map(_is_escaped, files))):
            return None
        self._made += 1
        name = f"file_{self._made}"
        rows = self.session.read.parquet(*(_uri(file.path.resolve()) for file in files))
        self._show(name, rows.selectExpr("*", f"{_number_across(files)} AS {quoted(number)}"))
        return name, quoted(number)

    def count(self, name: str) -> int:
        """How many rows a table or view has."""
        return int(self.session.table(name).count())

    def side_by_side(self, *works: Callable[[Engine], None]) -> None:
        """Do works of which none reads what another makes: one after the other."""
        for work in works:
            work(self)

    def arrow(self, sql: str, *, short: bool = False) -> pa.Table:
        """The answer of a query as Arrow."""
        table = self.session.sql(sql).toArrow()
        return table.cast(pa.schema([field.with_nullable(True) for field in table.schema]))

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        return list(self.arrow(sql).to_pylist())

    def write_parquet(self, sql: str, path: Path) -> None:
        """Write the answer of a query, in its order."""
        self.embedded.write_parquet(self._answer(sql), path)

    def write_csv(
        self, sql: str, path: Path, *, header: bool = True, form: CsvForm = "plain"
    ) -> None:
        """Write the answer of a query, in its order; nulls are empty."""
        self.embedded.write_csv(self._answer(sql), path, header=header, form=form)

    def _show(self, name: str, rows: DataFrame) -> None:
        self._answers.clear()
        rows.createOrReplaceTempView(name)

    def _place(self) -> Path:
        self._made += 1
        return self.scratch / f"table-{self._made}"

    def _kept(self, rows: DataFrame) -> DataFrame:
        """The same rows out of the scratch folder: their making ends here, and can't be lost."""
        place = self._place()
        rows.write.parquet(_uri(place, pattern=False))
        return self.session.read.schema(rows.schema).parquet(_uri(place))

    def _answer(self, sql: str) -> str:
        """The answer of a query as one of the embedded engine, in the order of the query."""
        if sql not in self._answers:
            place = self._place()
            self.session.sql(sql).write.parquet(_uri(place, pattern=False))
            self._answers[sql] = sorted(place.glob("part-*.parquet"), key=_number)
        files = ", ".join(literal(str(file)) for file in self._answers[sql])
        return f"SELECT * FROM read_parquet([{files}])"


def _number_across(files: Sequence[ParquetFile]) -> str:
    """The number of a row among those of all files, from 1."""
    before = accumulate((file.rows for file in files[:-1]), initial=0)
    cases = "".join(
        f" WHEN {literal(file.path.name)} THEN {rows}"
        for file, rows in zip(files, before, strict=True)
    )
    rows_before = f"CASE _metadata.file_name{cases} END" if len(files) > 1 else "0"
    return f"_metadata.row_index + 1 + {rows_before}"


def _is_escaped(file: ParquetFile) -> bool:
    """Whether Spark tells the name of a file in other letters."""
    return re.fullmatch(r"[\w.-]+", file.path.name, re.ASCII) is None


def _is_read(type_: pa.DataType) -> bool:
    """Whether Spark reads a type of Parquet as the embedded engine does."""
    if pa.types.is_timestamp(type_):
        return bool(type_.unit in ("ms", "us"))
    return any(is_type(type_) for is_type in _READ)


_READ = (
    pa.types.is_string,
    pa.types.is_large_string,
    pa.types.is_signed_integer,
    pa.types.is_float32,
    pa.types.is_float64,
    pa.types.is_decimal128,
    pa.types.is_boolean,
    pa.types.is_date32,
)


def _uri(path: Path, *, pattern: bool = True) -> str:
    """A path as Spark takes it; what it reads is a pattern, in which some letters mean more."""
    text = re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path)) if pattern else str(path)
    return f"file://{text}"


def _number(file: Path) -> tuple[int, str]:
    """The place of a part among those of an answer: part-00012-..."""
    return int(file.name.split("-")[1].split(".")[0]), file.name

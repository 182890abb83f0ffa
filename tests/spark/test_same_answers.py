"""The same bytes in CSV, the same schemas and the same account on both engines."""

import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from pyarrow.csv import write_csv

from conventio.claims import output
from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB, Engine
from conventio.folder.parts import Part, Written
from conventio.folder.read import read_folder, read_tables
from conventio.folder.tables import TABLES
from conventio.law import Law, shipped
from conventio.pages import report
from conventio.pages.figures import figures
from conventio.pages.tally import tally
from tests.arrow import arrow
from tests.claims.test_invented_country import LAW as INVENTED
from tests.claims.test_invented_country import TITLES, VISIT, service
from tests.cli.run import conventio, example_in
from tests.oracle.folders import folders, random_folder
from tests.spark.conftest import NewSpark

Tables = Mapping[str, Sequence[Mapping[str, Any]]]
Given = Path | Mapping[str, pa.Table]
SHIPPED = shipped().known(None)


def written(engine: Engine, given: Given, out: Path, law: Law = SHIPPED) -> dict[str, bytes]:
    """Everything that a check writes, by file; of Parquet its schema and its rows."""
    out.mkdir()
    if isinstance(given, Path):
        folder = read_folder(engine.reader, given)
    else:
        folder = read_tables(engine.reader, given)
    for table in TABLES:
        engine.receive(table)
    decided = decide(engine, law, folder.present)
    with Written(engine, out, csv="plain") as answers:
        answers.add(Part(), output.TABLES)
        answers.finish()
    output.write_account(decided, folder, out)
    tally(engine, Part())
    report.write(engine, decided, folder, figures(engine, decided), out / "report.html")
    found = {file.name: file.read_bytes() for file in out.iterdir() if file.suffix != ".parquet"}
    return found | {file.name: schema_and_rows(file) for file in out.glob("*.parquet")}


def schema_and_rows(file: Path) -> bytes:
    """What a Parquet file holds, however it was put into pages."""
    table, rows = pq.read_table(file), pa.BufferOutputStream()
    write_csv(table, rows)
    return f"{table.schema}\n".encode() + bytes(rows.getvalue())


def assert_same(
    spark: Engine, given: Given, tmp_path_factory: pytest.TempPathFactory, law: Law = SHIPPED
) -> None:
    place = tmp_path_factory.mktemp("answers")
    with DuckDB() as duckdb:
        expected = written(duckdb, given, place / "duckdb", law)
    answered = written(spark, given, place / "spark", law)
    assert answered.keys() == expected.keys()
    assert len(expected) == 6
    for file, content in expected.items():
        assert answered[file] == content, file


def test_the_example(
    new_spark: NewSpark, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert_same(new_spark(reads=True), example_in(tmp_path / "folder"), tmp_path_factory)


@pytest.mark.cluster
@pytest.mark.parametrize(("seed", "reads"), [(100, False), (101, True)])
def test_a_large_random_folder(
    new_spark: NewSpark, tmp_path_factory: pytest.TempPathFactory, seed: int, reads: bool
) -> None:
    tables = arrow(random_folder(random.Random(seed), patients=400))
    assert_same(new_spark(reads=reads), tables, tmp_path_factory)


@pytest.mark.cluster
def test_parquet_that_spark_reads_by_itself(
    new_spark: NewSpark, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Also where the name of a folder looks like a pattern, and a type is not one of Spark's."""
    folder = tmp_path / "a {b}, [c] *d? é#%20"
    folder.mkdir()
    tables = arrow(random_folder(random.Random(102), patients=40))
    for name, table in tables.items():
        pq.write_table(table, folder / f"{name}.parquet")
    patients = tables["patients"]
    nanoseconds = pa.array([0] * patients.num_rows, pa.timestamp("ns"))
    pq.write_table(patients.append_column("of_no_use", nanoseconds), folder / "patients.parquet")
    assert_same(new_spark(reads=True), folder, tmp_path_factory)


@pytest.fixture
def until() -> float:
    """When enough folders were drawn: each takes long, however small it is."""
    return time.monotonic() + 60


@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(tables=folders(patients=12))
def test_a_drawn_folder(
    new_spark: NewSpark, tmp_path_factory: pytest.TempPathFactory, until: float, tables: Tables
) -> None:
    """What differs is not looked for in smaller folders: that would take an hour."""
    if time.monotonic() < until:
        assert_same(new_spark(), arrow(tables), tmp_path_factory)


@pytest.mark.cluster
def test_the_law_of_another_country(
    new_spark: NewSpark, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rows = [service(f"s{n}", VISIT, f"2031-0{1 + n % 6}-01T1{n}:00") for n in range(8)]
    tables = arrow({"services": rows, "titles": TITLES})
    assert_same(new_spark(), tables, tmp_path_factory, INVENTED.known(None))


@pytest.mark.cluster
def test_a_population(
    new_spark: NewSpark, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A hundred thousand services; `python -m benchmarks.cluster` takes millions."""
    folder = tmp_path / "population"
    assert conventio("generate", "--services", 100_000, "--seed", 1, folder).code == 0
    assert_same(new_spark(), folder, tmp_path_factory)

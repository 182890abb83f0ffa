"""A part of what a check wrote beside the oracle: `python -m benchmarks.against_oracle FOLDER OUT`.

The oracle of the tests is an independent, plain reading of contract and law. All rules are within
one patient, so some patients of a large run can be decided again by themselves.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from tests.oracle.case import Code, Finding, Row, Tables
from tests.oracle.decide import Decision, decide

from conventio.law import shipped
from conventio.law.nomenclature import row_of

PATIENTS = 10_000
SEED = 1
SHOWN = 10

DECISION = ("service_id", *Decision.__dataclass_fields__)
FINDING = tuple(Finding.__dataclass_fields__)
IN_PART = ("services", "nomenclature", "prescriptions")
"""The tables of which the oracle is given some rows; the others it is given whole."""


@dataclass(frozen=True)
class Compared:
    """How much was compared, what differs, and the seconds that the oracle took."""

    patients: int
    services: int
    findings: int
    differences: Sequence[str]
    seconds: float


def compare(folder: Path, out: Path, patients: int = PATIENTS, seed: int = SEED) -> Compared:
    """Decide some patients of a folder by the oracle, and compare what a check of it wrote."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        for file in folder.glob("*.parquet"):
            connection.read_parquet(str(file)).create_view(file.stem)
        whole = sorted({file.stem for file in folder.glob("*.parquet")} - {*IN_PART})
        drawn = _draw(connection, patients, seed)
        tables = _tables(connection, whole)
        written = [
            _written(connection, out / "decisions.parquet", DECISION),
            _written(connection, out / "findings.parquet", FINDING),
        ]
    start = time.perf_counter()
    answer = decide(tables)
    seconds = time.perf_counter() - start
    read = [
        [(name, *vars(one).values()) for name, one in answer.decisions.items()],
        [tuple(vars(one).values()) for one in answer.findings],
    ]
    differences = [one for pair in zip(written, read, strict=True) for one in _differing(*pair)]
    return Compared(drawn, len(written[0]), len(written[1]), differences, seconds)


def _draw(connection: duckdb.DuckDBPyConnection, patients: int, seed: int) -> int:
    """Draw patients; their services become the table `drawn_services`. Answers how many."""
    known = connection.execute("SELECT DISTINCT patient_id FROM services ORDER BY ALL").fetchall()
    drawn = random.Random(seed).sample(known, min(patients, len(known)))
    connection.register("drawn", pa.table({"patient_id": [patient for (patient,) in drawn]}))
    connection.execute(
        "CREATE TABLE drawn_services AS SELECT * FROM services SEMI JOIN drawn USING (patient_id)"
    )
    return len(drawn)


def _tables(connection: duckdb.DuckDBPyConnection, whole: Iterable[str]) -> Tables:
    """What the oracle reads: the drawn services, and what the other tables say of them."""
    own = _rows(connection, "SELECT * FROM nomenclature")
    known = shipped().nomenclature.with_rows(own).values()
    nomenclature = [
        {name: row_of(code)[name] for name in Code.__dataclass_fields__} for code in known
    ]
    return {
        "services": _rows(connection, "SELECT * FROM drawn_services"),
        "nomenclature": nomenclature,
        "prescriptions": _rows(
            connection,
            "SELECT * FROM prescriptions SEMI JOIN drawn_services USING (prescription_id)",
        ),
        **{name: _rows(connection, f"SELECT * FROM {name}") for name in whole},
    }


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> list[Row]:
    rows: list[Row] = connection.sql(query).to_arrow_table().to_pylist()
    return rows


def _written(
    connection: duckdb.DuckDBPyConnection, file: Path, columns: Iterable[str]
) -> list[tuple[Any, ...]]:
    """The rows of an output that are about the drawn services, as they stand there."""
    chosen = connection.execute(
        f"SELECT {', '.join(columns)} FROM read_parquet($file, file_row_number = true) "
        "SEMI JOIN drawn_services USING (service_id) ORDER BY file_row_number",
        {"file": str(file)},
    )
    return chosen.fetchall()


def _differing(
    written: Sequence[tuple[Any, ...]], read: Sequence[tuple[Any, ...]]
) -> Iterable[str]:
    """What only one of the two has; where nothing is, the first row that stands elsewhere."""
    by_check, by_oracle = set(written), set(read)
    only = [(row, "check") for row in by_check - by_oracle]
    only += [(row, "oracle") for row in by_oracle - by_check]
    if only:
        return [f"only the {who}: {' '.join(map(str, row))}" for row, who in sorted(only, key=str)]
    for row, other in zip_longest(written, read):
        if row != other:
            return [f"in another order from here on: {row or other}"]
    return []


def main(folder: Path, out: Path) -> None:
    """Compare, and print how much; ends with 1 where anything differs."""
    found = compare(folder, out)
    told = (
        f"compared with the oracle: {found.patients} patients, {found.services} services, "
        f"{found.findings} findings, {len(found.differences)} differences "
        f"({found.seconds:.1f} s of the oracle)"
    )
    if found.differences:
        sys.exit("\n".join([told, *found.differences[:SHOWN]]))
    print(told)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

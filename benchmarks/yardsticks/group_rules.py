"""Three group rules by SQL that is written by hand, beside the findings of conventio.

A rule between services counts those that stand, so it depends on what other rules refuse. The SQL
is told that (`refused_otherwise`) and works out the rest; a row must be one service, not several.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from benchmarks.yardsticks.answers import Answers
from conventio.law.nomenclature import row_of

SQL = Path(__file__).parent / "sql"
RULES = tuple(sorted(file.stem for file in SQL.glob("*.sql")))
"""The rules written in SQL: a limit in a year, an exclusion, a service that needs another."""

STAGES = (
    "numbered_patients",
    "leveled_services",
    "moved",
    "missing_facts",
    "asked_sessions",
    "named_services",
    "members",
    "crowded",
    "rivals",
    "turns",
    "contested",
    "standing",
    "limit_findings",
    "lonely_findings",
)
"""The tables that conventio makes for all its group rules together."""

Finding = tuple[str, str, str | None]
"""service_id, severity and evidence."""


@dataclass(frozen=True)
class Measured:
    """What one rule took, in seconds, one figure a run; and what differs."""

    seconds: list[float]
    findings: int
    differences: Sequence[str]


def measure(answers: Answers, folder: Path, runs: int) -> dict[str, Measured]:
    """Answer each rule so many times, with the tables in memory, and compare the answers."""
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        _load(connection, answers, folder)
        return {rule: _measured(connection, answers, rule, runs) for rule in RULES}


def _load(connection: duckdb.DuckDBPyConnection, answers: Answers, folder: Path) -> None:
    """The services of the folder, and the nomenclature with the folder's own rows."""
    services = connection.read_parquet(str(folder / "services.parquet"))
    services.create("services")
    (several,) = connection.execute("SELECT count(*) FROM services WHERE count <> 1").fetchall()
    if several[0]:
        raise ValueError(f"{several[0]} rows are several services, which the SQL does not count")
    codes = pa.Table.from_pylist([row_of(code) for code in answers.nomenclature.values()])
    connection.register("codes", codes)
    connection.execute(
        "CREATE TABLE nomenclature AS SELECT code, article, section, kind FROM codes"
    )
    connection.register("findings", answers.findings)


def _measured(
    connection: duckdb.DuckDBPyConnection, answers: Answers, rule: str, runs: int
) -> Measured:
    connection.execute(
        "CREATE OR REPLACE TABLE refused_otherwise AS SELECT DISTINCT service_id FROM findings "
        "WHERE severity = 'refuse' AND rule <> $rule",
        {"rule": rule},
    )
    query = (SQL / f"{rule}.sql").read_text(encoding="utf-8")
    seconds = []
    found = pa.table({})
    for _ in range(runs):
        start = time.perf_counter()
        found = connection.sql(query).to_arrow_table()
        seconds.append(time.perf_counter() - start)
    # A warning is what the rule says once the text gives no condition any more.
    expected = connection.execute(
        "SELECT service_id, severity, evidence_service_id FROM findings "
        "WHERE rule = $rule AND severity <> 'warn'",
        {"rule": rule},
    )
    by_sql = [tuple(row.values()) for row in found.to_pylist()]
    return Measured(seconds, len(by_sql), _differences(by_sql, expected.fetchall()))


def _differences(by_sql: Sequence[Finding], by_conventio: Sequence[Finding]) -> list[str]:
    one, other = set(by_sql), set(by_conventio)
    only = [(finding, "SQL") for finding in one - other]
    only += [(finding, "conventio") for finding in other - one]
    if len(by_sql) != len(one):
        only += [(("some", "findings", "twice"), "SQL")]
    return [f"only {who}: {' '.join(map(str, finding))}" for finding, who in sorted(only, key=str)]

"""One attestation by itself: `python -m benchmarks.attestation FOLDER`; JSON on stdout."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from conventio import check

SERVICES, HISTORY = 5, 200
WARMING, CALLS = 5, 100


def tables(folder: Path) -> dict[str, pa.Table]:
    """Five services to decide and 200 of history, all of one patient, with what they need."""
    given = {file.stem: pq.read_table(file) for file in folder.glob("*.parquet")}
    services = given["services"].slice(0, SERVICES + HISTORY)
    patient = services["patient_id"][0]
    decided = [None] * SERVICES + ["accepted"] * HISTORY
    for column, values in (
        ("patient_id", pa.array([patient.as_py()] * len(services))),
        ("decided", pa.array(decided, pa.string())),
    ):
        services = services.set_column(services.schema.get_field_index(column), column, values)
    given["services"] = services
    for table, column in (
        ("patients", "patient_id"),
        ("prescriptions", "prescription_id"),
        ("practitioners", "practitioner"),
        ("titles", "practitioner"),
        ("authorisations", "practitioner"),
        ("fees", "code"),
    ):
        wanted = services[column].combine_chunks()
        given[table] = given[table].filter(pc.is_in(given[table][column], value_set=wanted))
    return given


def anew(attestation: dict[str, pa.Table]) -> dict[str, pa.Table]:
    """What comes with each attestation, as tables of their own; the others stay what they were."""
    return {
        name: pa.table(attestation[name].columns, schema=attestation[name].schema)
        for name in ("services", "patients", "prescriptions")
    }


def main(folder: Path) -> None:
    """Check the attestation again and again, and print the milliseconds of each call."""
    attestation = tables(folder)
    for _ in range(WARMING):
        check(attestation)
    calls = []
    for _ in range(CALLS):
        given = {**attestation, **anew(attestation)}
        start = time.perf_counter()
        check(given)
        calls.append((time.perf_counter() - start) * 1000)
    print(json.dumps(calls))


if __name__ == "__main__":
    main(Path(sys.argv[1]))

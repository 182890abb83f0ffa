"""What a message holds beside the tables of a folder: history, and what both say of a person."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import pyarrow as pa

from conventio.folder.engine import Engine, Row, quoted
from conventio.folder.tables import TABLES

KEYS = {"patients": "patient_id", "practitioners": "practitioner"}
"""The tables of which a message and a folder may each know a part."""


def take(engine: Engine) -> dict[str, pa.Table]:
    """The tables of the message, out of the engine, before those of the folder take their names."""
    return {name: engine.arrow(f"SELECT * FROM {name}") for name in ("services", *KEYS)}


def put_under_one_name(
    engine: Engine, also: Mapping[str, str], present: Collection[str]
) -> list[Row]:
    """Name the patients of the folder as the message does, where they go by another number there.

    The patients of whom the folder has rows under several of their numbers are answered.
    """
    names = {"other": list(also), "name": list(also.values())}
    engine.load("other_names", pa.table(names, pa.schema(dict.fromkeys(names, pa.string()))))
    twice: list[Row] = []
    if "patients" in present:
        twice = engine.rows(
            "SELECT coalesce(name, patient_id) AS patient, min(patient_id) AS first, "
            "max(patient_id) AS last FROM patients LEFT JOIN other_names ON patient_id = other "
            "GROUP BY ALL HAVING count(*) > 1 ORDER BY patient"
        )
    for table in TABLES.values():
        if table.name in present and "patient_id" in table.names():
            engine.create(
                table.name,
                "SELECT one.* REPLACE (coalesce(names.name, one.patient_id) AS patient_id) "
                f"FROM {table.name} AS one LEFT JOIN other_names AS names "
                "ON one.patient_id = names.other",
            )
    engine.drop("other_names")
    return twice


def decided_before(engine: Engine, message: Mapping[str, pa.Table]) -> list[Row]:
    """The services of the message that the folder has a decision of."""
    engine.load("message_services", message["services"])
    return engine.rows(
        "SELECT one.row, one.service_id FROM message_services AS one "
        "SEMI JOIN (SELECT service_id FROM services WHERE decided IS NOT NULL) AS other "
        "USING (service_id) ORDER BY one.row"
    )


def births_that_differ(engine: Engine, message: Mapping[str, pa.Table]) -> list[Row]:
    """The patients of whom the message and the folder give different days of birth."""
    engine.load("message_patients", message["patients"])
    return engine.rows(
        "SELECT one.patient_id, CAST(one.birth_date AS VARCHAR) AS found, "
        "CAST(other.birth_date AS VARCHAR) AS known "
        "FROM message_patients AS one JOIN patients AS other USING (patient_id) "
        "WHERE one.birth_date <> other.birth_date ORDER BY one.patient_id"
    )


def undecided(engine: Engine) -> int:
    """How many services of the folder are no history."""
    counted = engine.rows("SELECT count(*) AS services FROM services WHERE decided IS NULL")
    return int(counted[0]["services"])


def left_out(engine: Engine, message: Mapping[str, pa.Table]) -> int:
    """How many services of the folder do not go along: no history, or of other patients."""
    engine.load("message_services", message["services"])
    counted = engine.rows(
        "SELECT count(*) AS services FROM services WHERE decided IS NULL "
        "OR patient_id NOT IN (SELECT patient_id FROM message_services)"
    )
    return int(counted[0]["services"])


def join(engine: Engine, message: Mapping[str, pa.Table], *, has_services: bool) -> None:
    """Put the services of the message after their patients' history, and fill gaps of persons.

    `has_services`: the folder has that table.
    """
    for name, table in message.items():
        engine.load(f"message_{name}", table)
    history = ""
    if has_services:
        history = (
            "SELECT * FROM services WHERE decided IS NOT NULL "
            "AND patient_id IN (SELECT patient_id FROM message_services) UNION ALL BY NAME "
        )
    last = "(SELECT coalesce(max(row), 0) FROM services)" if has_services else "0"
    engine.create(
        "services",
        f"{history}SELECT * REPLACE (row + {last} AS row) FROM message_services",
    )
    for name, key in KEYS.items():
        columns = ", ".join(
            f"coalesce(known.{quoted(column)}, one.{quoted(column)}) AS {quoted(column)}"
            for column in TABLES[name].names()
        )
        engine.create(
            name,
            f"SELECT {columns} FROM {name} AS known FULL JOIN message_{name} AS one "
            f"ON known.{key} = one.{key}",
        )
    for name in message:
        engine.drop(f"message_{name}")

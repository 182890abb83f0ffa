"""The order in which the services of a patient are decided: one by one, as the contract says."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.claims.inputs import CODES, PATIENTS, SERVICES
from conventio.folder.engine import literal

SESSION = ("patient", "performer", "session", "session_day")
"""What a session is: a named one, or else a day; the two never mix."""

NO_DAY = ibis.date(1, 1, 1)

_ASKED = (
    "row",
    "service_id",
    "code",
    "count",
    "line",
    "related_service_id",
    "performed_on",
    "performed_utc",
    "fee",
    "supplement",
)
"""What the order, the groups and the price ask of a service."""

NUMBERED = ibis.table(
    {"patient_id": "string", "patient": "int64", "preferential": "boolean", "birth_date": "date"},
    name="numbered_patients",
)
"""The patients numbered in their order: numbers are joined and sorted far faster than texts."""

IN_PARTS = ibis.table(
    {
        "patient_id": "string",
        "patient": "int64",
        "preferential": "boolean",
        "birth_date": "date",
        "part": "int64",
    },
    name="patients_in_parts",
)
"""All patients, numbered, with the part of the work that they are in: from 0, in their order."""

PART = ibis.table({"part": "int64"}, name="part_at_work")
"""One row: the part whose services are decided."""

OF_PART = ibis.table(SERVICES.schema(), name="services_of_part")
"""The services of the patients of the part at work."""

AT_ONCE = ibis.table({"services": "int64"}, name="services_of_a_part")
"""One row: how many services a part holds."""

MOVED = ibis.table({"row": "int64", "instant": "timestamp"}, name="moved")
"""The services that go with others, with the latest instant of those they go with."""


def numbered() -> ir.Table:
    """The patients, numbered in the order of their names by bytes."""
    return _numbered().drop("services")


def in_parts() -> ir.Table:
    """The patients in parts: a new one begins where the services before reach a multiple.

    So a part holds as many services as `AT_ONCE` says, and those of its last patient beyond.
    """
    patients = _numbered()
    until = ibis.window(order_by=patients.patient, rows=(None, 0))
    before = patients.services.sum().over(until) - patients.services
    counted = patients.mutate(before=before).cross_join(AT_ONCE.select(at_once="services"))
    part = (counted.before // counted.at_once).cast("int64")
    return counted.select("patient_id", "patient", "preferential", "birth_date", part=part)


def services_of_part(first: str, last: str) -> str:
    """The query for the services of the patients of a part, from the first to the last.

    With their names in it, so that whoever reads a file passes over all others at once.
    """
    names = f"{literal(first)} AND {literal(last)}"
    return f"SELECT * FROM {SERVICES.get_name()} WHERE patient_id BETWEEN {names}"


def numbered_in_part() -> ir.Table:
    """The patients of the part at work."""
    return IN_PARTS.semi_join(PART, "part").drop("part")


def _numbered() -> ir.Table:
    patients = SERVICES.group_by("patient_id").agg(services=SERVICES.count())
    regimes = PATIENTS.select("preferential", "birth_date", of_patient="patient_id")
    known = patients.left_join(regimes, patients.patient_id == regimes.of_patient)
    number = ibis.row_number().over(ibis.window(order_by=known.patient_id))
    return known.select("patient_id", "preferential", "birth_date", "services", patient=number)


def leveled(services: ir.Table = SERVICES) -> ir.Table:
    """Every service with its level: how many rounds of other services its code comes after."""
    levels = CODES.select("level", leveled_code=CODES.code)
    joined = services.join(NUMBERED, "patient_id")
    joined = joined.left_join(levels, joined.code == levels.leveled_code)
    by_day = services.session_id.isnull() & services.performed_on.notnull()
    return joined.select(
        *(services[column] for column in _ASKED),
        NUMBERED.patient,
        NUMBERED.preferential,
        NUMBERED.birth_date,
        level=levels.level.fill_null(0).cast("int8"),
        history=services.decided.notnull(),
        stood=services.decided != "refused",
        # All digits: as numbers they are compared and kept for less.
        performer=services.practitioner.cast("int64"),
        tooth=services.tooth.cast("int8"),
        session=services.session_id.fill_null(""),
        session_day=ibis.ifelse(by_day, services.performed_on, NO_DAY),
    )


def moved(services: ir.Table, level: int) -> ir.Table:
    """The accompanying services up to a level, with the latest instant of those they go with.

    These are the related service, and the services of lower level in the same session.
    """
    lower = placed(services) if level > 1 else services.mutate(instant=services.performed_utc)
    going = services.filter(services.level == level, services.performed_utc.notnull())
    going = going.select(*SESSION, "related_service_id", own="row", instant="performed_utc")
    others = lower.filter(lower.level < level, lower.instant.notnull())
    naming = going.filter(going.related_service_id.notnull())
    named = others.semi_join(naming, "patient")
    named = named.select("service_id", other_patient="patient", at="instant")
    by_name = naming.join(named, naming.related_service_id == named.service_id)
    by_name = by_name.filter(by_name.patient == by_name.other_patient).select("own", "at")
    # Whole numbers first: most patients have no service that goes with others.
    others = others.semi_join(going, "patient")
    in_session = going.join(others.select(*SESSION, at="instant"), SESSION).select("own", "at")
    itself = going.select("own", at="instant")
    latest = ibis.union(itself, by_name, in_session, distinct=False)
    found = latest.group_by(row=latest.own).agg(instant=latest["at"].max())
    return found.union(MOVED) if level > 1 else found


def placed(services: ir.Table) -> ir.Table:
    """Every service with the instant that it has in the order of decision."""
    after = MOVED.select(moved_row="row", moved_to="instant")
    joined = services.left_join(after, services.row == after.moved_row)
    return joined.select(services, instant=ibis.coalesce(after.moved_to, services.performed_utc))


def turns(services: ir.Table, *kept: str) -> ir.Table:
    """row, with its `turn` in the order of decision and its `moment` in time, by patient.

    In the order of decision history comes first; in time it stands where it was performed.
    """
    ties = [
        ibis.asc(services.level),
        ibis.asc(services.line, nulls_first=True),
        ibis.asc(services.service_id),
    ]
    decision = ibis.window(
        group_by=services.patient,
        order_by=[ibis.desc(services.history), ibis.asc(services.instant), *ties],
    )
    time = ibis.window(
        group_by=services.patient,
        order_by=[ibis.asc(services.performed_utc), ibis.desc(services.history), *ties],
    )
    return services.select(
        "row",
        *kept,
        turn=ibis.row_number().over(decision),
        moment=ibis.row_number().over(time),
    )


KEYS = ("patient", "instant", "level", "line", "service_id")
"""The columns by which decided services are put in order."""

IN_ORDER = "patient, instant NULLS LAST, level, line NULLS FIRST, service_id"
"""The order of decision of new services, patient by patient."""

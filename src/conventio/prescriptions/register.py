"""The register of prescriptions: each service that carries one out, and until when it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Any

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from conventio.folder.engine import Engine, Row, compiled, literal
from conventio.folder.tables import TABLES
from conventio.law import Law
from conventio.law.model import Provision
from conventio.prescriptions.retention import MECHANISM, prescription_retention

Present = Mapping[str, frozenset[str]]
"""The tables of the folder, with the columns that were given."""

COLUMNS = (
    "performed_at",
    "line",
    "service_id",
    "code",
    "practitioner",
    "patient_id",
    "prescription_id",
    "prescriber",
    "report",
    "executed_on",
    "kept_until",
    "passed",
    "provision",
    "missing",
)
MISSING = (
    "performed_at",
    "last-execution",
    "execution",
    "prescription",
    "prescriber",
    "report",
    "term",
)
"""What a row of the register may lack, as its column `missing` names it."""

IN_ORDER = "performed_utc NULLS LAST, line NULLS FIRST, service_id NULLS LAST, prescription_id"


class NoTerm(Exception):
    """The law used says nothing on how long prescriptions are kept."""


class UnknownPrescription(Exception):
    """Neither the prescriptions nor the services of a folder name it."""

    def __init__(self, near: list[str]) -> None:
        super().__init__()
        self.near = near


@dataclass(frozen=True)
class Register:
    """What the table `register` in the engine holds; a whole column that lacks is in `absent`."""

    on: date
    services: int
    unexecuted: int
    """Prescriptions that no service carries out."""
    passed: int
    """Services with a prescription whose term has passed on that day."""
    provisions: tuple[str, ...]
    absent: tuple[str, ...]


def make(
    engine: Engine, law: Law, present: Present, on: date, *, practitioner: str | None = None
) -> Register:
    """Make the table `register` from the tables of a folder in the engine.

    With a practitioner it holds what that person performed. The term runs from the last execution
    of the prescription, whoever performed it. Raises NoTerm.
    """
    provisions = [one for one in law.provisions.values() if one.mechanism == MECHANISM]
    if not provisions:
        raise NoTerm
    absent = _absent(present)
    engine.create("executions", compiled(_executions(), engine.dialect))
    days = engine.rows("SELECT DISTINCT executed_on FROM executions WHERE executed_on IS NOT NULL")
    terms = list(_terms(provisions, (row["executed_on"] for row in days), on))
    engine.load("terms", pa.Table.from_pylist(terms, schema=TERMS.schema().to_pyarrow()))
    engine.create("register", compiled(_register(absent, practitioner), engine.dialect))
    counted = engine.rows(
        "SELECT count(service_id) AS services, count(*) - count(service_id) AS unexecuted, "
        "count(*) FILTER (WHERE passed) AS passed FROM register"
    )[0]
    return Register(on, **counted, provisions=tuple(one.id for one in provisions), absent=absent)


def query(*, passed: bool = False) -> str:
    """The query for the register, in the order of the services; only what has passed if asked."""
    chosen = " WHERE passed" if passed else ""
    return f"SELECT {', '.join(COLUMNS)} FROM register{chosen} ORDER BY {IN_ORDER}"


def of_prescription(engine: Engine, prescription: str) -> Row:
    """The row that settles the term of one prescription; raises UnknownPrescription."""
    rows = engine.rows(
        f"SELECT {', '.join(COLUMNS)} FROM register "
        f"WHERE prescription_id = {literal(prescription)} ORDER BY {IN_ORDER}"
    )
    if not rows:
        known = engine.rows("SELECT DISTINCT prescription_id FROM register")
        names = [str(row["prescription_id"]) for row in known]
        raise UnknownPrescription(sorted(get_close_matches(prescription, names)))
    return next(
        (row for row in rows if row["missing"] and "performed_at" in row["missing"]), rows[-1]
    )


SERVICES = ibis.table(
    {
        **{
            name: TABLES["services"].column(name).engine_type
            for name in (
                "service_id",
                "patient_id",
                "practitioner",
                "performed_at",
                "code",
                "line",
                "prescription_id",
                "report",
            )
        },
        "performed_utc": "timestamp",
        "performed_on": "date",
        "timed": "boolean",
    },
    name="services",
)
PRESCRIPTIONS = ibis.table(
    {"prescription_id": "string", "prescriber": "string", "patient_id": "string"},
    name="prescriptions",
)
EXECUTIONS = ibis.table(
    {"prescription_id": "string", "executed_on": "date", "dated": "boolean"}, name="executions"
)
"""Each prescription that is carried out: its last day where all days are known."""
TERMS = ibis.table(
    {"executed_on": "date", "kept_until": "date", "passed": "boolean", "provision": "string"},
    name="terms",
)
"""The term of each day of execution for which the law knows one."""


def _absent(present: Present) -> tuple[str, ...]:
    """The tables and columns that are not in the input at all."""
    columns = present["services"]
    absent = [name for name in ("prescription_id", "report") if name not in columns]
    return (*absent, *(() if "prescriptions" in present else ("prescriptions",)))


def _executions() -> ir.Table:
    """From what day the term of each prescription runs; null where a service has no date."""
    executing = SERVICES.filter(SERVICES.prescription_id.notnull())
    found = executing.group_by("prescription_id").agg(
        last=executing.performed_on.max(), dated=executing.performed_on.notnull().all()
    )
    return found.select(
        "prescription_id", executed_on=ibis.ifelse(found.dated, found["last"], None), dated="dated"
    )


def _terms(
    provisions: Iterable[Provision], days: Iterable[date], on: date
) -> Iterable[dict[str, Any]]:
    """The term of each day, by the figure that the law has for it; the longer where it has two."""
    figures = [
        (value.value, value.days, provision.id)
        for provision in provisions
        for value in provision.values
        if value.name == "retention" and isinstance(value.value, int)
    ]
    for day in days:
        found = [
            (prescription_retention(day, on, retention=years), provision)
            for years, days_of_figure, provision in figures
            if day in days_of_figure
        ]
        if found:
            kept, provision = max(found, key=lambda one: one[0].last_day)
            yield {
                "executed_on": day,
                "kept_until": kept.last_day,
                "passed": kept.passed,
                "provision": provision,
            }


def _register(absent: tuple[str, ...], practitioner: str | None) -> ir.Table:
    """The services with a prescription, and the prescriptions that none of them carries out."""
    executing = SERVICES.filter(SERVICES.prescription_id.notnull())
    if practitioner is not None:
        executing = executing.filter(executing.practitioner == practitioner)
    row = executing.join(EXECUTIONS, "prescription_id")
    row = row.left_join(TERMS, "executed_on").drop("executed_on_right")
    given = PRESCRIPTIONS.select(given="prescription_id", prescriber="prescriber")
    row = row.left_join(given, row.prescription_id == given.given)
    lacking = {
        "performed_at": row.performed_at.isnull(),
        "last-execution": row.performed_at.notnull() & ~row.dated,
        "prescription": row.given.isnull(),
        "prescriber": row.given.notnull() & row.prescriber.isnull(),
        "report": ~row.report.fill_null(False),
        "term": row.executed_on.notnull() & row.kept_until.isnull(),
    }
    told = {
        "prescription": "prescriptions" not in absent,
        "prescriber": "prescriptions" not in absent,
        "report": "report" not in absent,
    }
    carried_out = row.mutate(
        performed_at=ibis.ifelse(
            row.timed,
            row.performed_at.strftime("%Y-%m-%dT%H:%M:%S"),
            row.performed_on.cast("string"),
        ),
        missing=_named({name: what for name, what in lacking.items() if told.get(name, True)}),
    ).select(*COLUMNS, "performed_utc")
    if practitioner is not None:
        return carried_out
    return carried_out.union(_unexecuted(carried_out.schema()))


def _named(lacking: Mapping[str, ir.BooleanValue]) -> ir.StringValue:
    """The names of what lacks, in one text; null where nothing does."""
    text: ir.StringValue = ibis.literal("")
    for name, lacks in lacking.items():
        text = text + ibis.ifelse(lacks, f", {name}", "")
    return text.substr(2).nullif("")


def _unexecuted(schema: ibis.Schema) -> ir.Table:
    """The prescriptions that no service carries out, in the columns of the others."""
    waiting = PRESCRIPTIONS.anti_join(EXECUTIONS, "prescription_id")
    known = {"prescription_id", "prescriber", "patient_id"}
    lacks = ibis.ifelse(waiting.prescriber.isnull(), "execution, prescriber", "execution")
    columns = {
        name: waiting[name] if name in known else ibis.null(type_) for name, type_ in schema.items()
    }
    return waiting.select(**{**columns, "missing": lacks})

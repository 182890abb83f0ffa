"""The services as they were given, each with its decision beside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import ibis
import ibis.expr.types as ir

from conventio.claims import decisions, findings, inputs
from conventio.claims.order import NUMBERED, leveled, placed
from conventio.folder.engine import Engine, compiled
from conventio.folder.further import VIEW, further_columns
from conventio.folder.read import Folder
from conventio.folder.tables import TABLES

ANSWERS = (*(name for name in decisions.COLUMNS if name != "service_id"), "findings")
"""The columns that are put after those of the input."""


def query(engine: Engine, folder: Folder, source: Path) -> str:
    """The query for the table `joined`, of the part at work.

    `source` is the folder that was read, whose further columns go along, or a message.
    """
    taken = {*TABLES["services"].names(), *ANSWERS}
    further = further_columns(engine.reader, source, taken) if source.is_dir() else {}
    if further:
        engine.receive(VIEW)
    return joined(folder.present["services"], further, engine.dialect)


def joined(given: Collection[str], further: Mapping[str, str], dialect: str) -> str:
    """The query for the services with their decisions, patient by patient.

    `given` are the known columns of the input, `further` those of `further_services`, each with the
    name that it is to have. Of each patient history comes first, then the new services in the order
    of decision. History has no decision here: its columns are null.
    """
    columns = [column.name for column in TABLES["services"].columns if column.name in given]
    read = dict.fromkeys([*_OF_ORDER, *columns])
    services = inputs.given("services", *read, row="int64", performed_utc="timestamp")
    at_work = NUMBERED.select(**{_PATIENT: "patient_id"})
    answers = _answers()
    row = services.join(at_work, services.patient_id == at_work[_PATIENT])
    row = row.left_join(answers, services.row == answers[_ROW])
    if further:
        own = ibis.table({"row": "int64", **dict.fromkeys(further, "string")}, name=VIEW)
        others = own.select(*further, **{_FURTHER_ROW: own.row})
        row = row.left_join(others, services.row == others[_FURTHER_ROW])
    ordered = row.order_by(
        services.patient_id,
        services.decided.isnull(),
        ibis.asc(ibis.coalesce(row[_INSTANT], services.performed_utc)),
        ibis.asc(row[_LEVEL]),
        ibis.asc(services.line, nulls_first=True),
        services.service_id,
    )
    named = [ordered[column].name(name) for column, name in further.items()]
    return compiled(ordered.select(*columns, *named, *ANSWERS), dialect)


_ROW, _INSTANT, _LEVEL = ".decisions.row", ".decisions.instant", ".decisions.level"
_SAID_ROW, _FURTHER_ROW, _PATIENT = ".findings.row", ".further.row", ".part.patient"
"""Names that no column of an input is likely to have."""


def _answers() -> ir.Table:
    """What is put after the columns of the input, with row and place in the order of decision."""
    found, decided = _written()
    said = _said(found)
    row = decided.left_join(said, decided.row == said[_SAID_ROW])
    amounts = {name: decided[name].cast(decisions.AMOUNT) for name in decisions.AMOUNTS}
    amounts |= {name: ibis.null(type_) for name, type_ in decisions.UNANSWERED.items()}
    others = [name for name in ANSWERS if name not in amounts]
    order = {_ROW: decided.row, _INSTANT: decided.instant, _LEVEL: decided.level}
    return row.select(*others, **amounts, **order)


def _written() -> tuple[ir.Table, ir.Table]:
    """The tables of findings and of decisions, with the columns that a check gives them."""
    services = placed(leveled())
    found = ibis.table(findings.findings(services).schema(), name="findings")
    decided = decisions.decisions(services, found)
    return found, ibis.table(decided.schema(), name="decisions")


_OF_ORDER = ("patient_id", "service_id", "decided", "line")


def _said(found: ir.Table) -> ir.Table:
    """row, with what the rules say of it: severity, provision and reason, one after the other."""
    reason = found.reason_system + "/" + found.reason_code
    said = found.severity + " " + found.provision + " " + reason
    each = found.select("row", said=said).distinct()
    together = each.said.group_concat("; ", order_by=each.said)
    return each.group_by(**{_SAID_ROW: each.row}).agg(findings=together)

"""Folders of a few services, for cases that are worked out by hand."""

from typing import Any

from . import folders, law
from .case import Tables
from .decide import Answer, decide

Row = dict[str, Any]

FILLING = "373811"
EXTRACTION = "304850"
SUTURE = "374953"
SUPPLEMENT = "371055"
CONSULTATION = "371033"
EXAMINATION = "301593"
IMAGE = "377016"
IMAGE_ALONE = "307252"
IMAGE_AFTER_OTHERS = "399011"

# What a service has when a case does not say otherwise: nothing that a rule objects to.
USUAL: Row = {
    "patient_id": "p",
    "attestation_id": None,
    "practitioner": folders.DENTIST,
    "line": None,
    "count": None,
    "session_id": None,
    "tooth": None,
    "surfaces": "M",
    "fee": None,
    "supplement": None,
    "direct_method": True,
    "provisional": False,
    "related_service_id": None,
    "decided": None,
}

# Facts of which the columns are absent unless a case gives them: rules that need them are not run.
OTHERS = {*folders.NOTHING}


def service(service_id: str, code: str, at: str | None = "2010-03-01", **facts: Any) -> Row:
    """A service; a day without a time is a day alone."""
    assert facts.keys() <= USUAL.keys() | OTHERS
    performed = None if at is None else folders.moment(at)
    row = {**USUAL, "service_id": service_id, "code": code, "performed_at": performed, **facts}
    return {**row, "attestation_id": f"{row['patient_id']} by {row['practitioner']}"}


def filling(service_id: str, at: str | None = "2010-03-01", **facts: Any) -> Row:
    return service(service_id, FILLING, at, **{"tooth": "16", **facts})


def extraction(service_id: str, at: str | None = "2010-03-01", **facts: Any) -> Row:
    return service(service_id, EXTRACTION, at, **{"tooth": "16", **facts})


def image(service_id: str, at: str | None = "2010-03-01", **facts: Any) -> Row:
    return service(service_id, IMAGE, at, **facts)


def image_alone(service_id: str, at: str | None = "2010-03-01", **facts: Any) -> Row:
    return service(service_id, IMAGE_ALONE, at, **facts)


def folder_of(*services: Row, **tables: list[Row]) -> Tables:
    """A folder with the usual titles; the other tables are absent unless given."""
    return {
        "nomenclature": law.NOMENCLATURE,
        "titles": folders.TITLES,
        **tables,
        "services": list(services),
    }


def check(*services: Row, **tables: list[Row]) -> Answer:
    return decide(folder_of(*services, **tables))


def without(tables: Tables, name: str, column: str | None = None) -> Tables:
    """The same folder with a table, or a column of a table, left out."""
    if column is None:
        return {table: rows for table, rows in tables.items() if table != name}
    rows = [{key: row[key] for key in row if key != column} for row in tables[name]]
    return {**tables, name: rows}


def outcomes(answer: Answer) -> dict[str, str]:
    return {service_id: decision.outcome for service_id, decision in answer.decisions.items()}


def said(answer: Answer, service_id: str) -> set[tuple[str, str]]:
    return {(f.rule, f.severity) for f in answer.findings if f.service_id == service_id}


def shown(answer: Answer, service_id: str, rule: str) -> list[str | None]:
    return [
        f.evidence_service_id
        for f in answer.findings
        if (f.service_id, f.rule) == (service_id, rule)
    ]

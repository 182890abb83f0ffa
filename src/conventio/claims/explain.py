"""Why a service was decided as it was: every rule that was asked, and what it met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import pyarrow as pa

from conventio.claims import mixed
from conventio.claims.decide import decide
from conventio.claims.entries import Present, divided
from conventio.claims.inputs import NARROWED, PRESCRIBED, SERVICES
from conventio.claims.order import IN_ORDER
from conventio.claims.plan import PLACED, plan
from conventio.claims.sentences import FINDINGS_WITH_FACTS
from conventio.folder.engine import Engine, Row, compiled, literal
from conventio.folder.queries import kept
from conventio.law import Law
from conventio.law.nomenclature import Code
from conventio.law.rules import AnyRule


class UnknownService(LookupError):
    """The folder holds no service of that name, or only as history; `near` are like names."""

    def __init__(self, service_id: str, *, history: bool, near: Sequence[str]) -> None:
        self.service_id, self.history, self.near = service_id, history, list(near)
        super().__init__(service_id)


@dataclass(frozen=True)
class Finding:
    """What one rule said of one service, with the evidence."""

    rule: str
    provision: str
    severity: str
    reason: str
    message: str
    evidence: str | None
    facts: Mapping[str, Any]
    """The row that its sentence is made from, in whatever language."""


@dataclass(frozen=True)
class Rival:
    """A service that comes before in a group and would count: it does if it stands."""

    service_id: str
    code: str
    performed_on: date | None
    count: int
    stands: bool
    history: bool
    refused_by: tuple[Finding, ...]


@dataclass(frozen=True)
class Step:
    """One rule that was asked of the service, what it said, and whom it met before."""

    rule: AnyRule
    findings: tuple[Finding, ...]
    rivals: tuple[Rival, ...]

    @property
    def severity(self) -> str | None:
        """The gravest that it said; None where the service fits the rule."""
        said = {finding.severity for finding in self.findings}
        return next((one for one in ("refuse", "unchecked", "warn") if one in said), None)


@dataclass(frozen=True)
class NotAsked:
    """A rule that was not asked, because the input lacks tables or columns."""

    rule: str
    provision: str
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Explanation:
    """A decision with everything that led to it."""

    service: Mapping[str, Any]
    code: Code | None
    place: int
    """Its number in the order of decision of the patient's new services, from 1."""
    of: int
    decision: Mapping[str, Any]
    steps: tuple[Step, ...]
    not_asked: tuple[NotAsked, ...]
    law: Law


def explain(
    engine: Engine, law: Law, present: Present, service_id: str, *, as_of: date | None = None
) -> Explanation:
    """Decide the services of one patient again, and say how one of them came out.

    The canonical tables of the folder are in the engine; `services` is narrowed to the patient,
    with what the patient's services name.
    Raises UnknownService.
    """
    _narrow(engine, service_id)
    decided = decide(engine, law, present, as_of=as_of)
    placed = "SELECT s.*, patient, instant, level, history"
    in_order = engine.rows(
        f"SELECT * FROM ({placed} FROM services s JOIN {PLACED} p ON p.row = s.row) "
        f"ORDER BY history DESC, {IN_ORDER}"
    )
    services = {row["row"]: row for row in in_order}
    mine = next(row for row in services.values() if row["service_id"] == service_id)
    decisions = {row["row"]: row for row in engine.rows("SELECT * FROM decisions")}
    findings = _findings(engine)
    new = [row for row, one in services.items() if row in decisions and _of_one(one, mine)]
    concerned = _concerned(engine, mine)
    return Explanation(
        service={name: value for name, value in mine.items() if value is not None},
        code=decided.nomenclature.get(mine["code"]),
        place=new.index(mine["row"]) + 1,
        of=len(new),
        decision=decisions[mine["row"]],
        steps=_steps(law, mine, concerned, _met(engine, services, decisions, findings)),
        not_asked=_not_asked(engine, law, present, mine),
        law=law,
    )


def _of_one(row: Row, other: Row) -> bool:
    """Whether two services are of one patient."""
    return bool(row["patient"] == other["patient"])


def _narrow(engine: Engine, service_id: str) -> None:
    name = literal(service_id)
    found = engine.rows(f"SELECT patient_id, decided FROM services WHERE service_id = {name}")
    if not found or found[0]["decided"] is not None:
        near = engine.rows(
            "SELECT service_id FROM services WHERE decided IS NULL "
            f"ORDER BY levenshtein(service_id, {name}), service_id LIMIT 3"
        )
        raise UnknownService(
            service_id, history=bool(found), near=[row["service_id"] for row in near]
        )
    patient = pa.table({"patient_id": pa.array([found[0]["patient_id"]], pa.string())})
    engine.load(_PATIENT.get_name(), patient)
    engine.create("services", f"SELECT * FROM services WHERE row IN ({_near(engine.dialect)})")


_PATIENT = ibis.table({"patient_id": "string"}, name="explained_patient")


@kept
def _near(dialect: str) -> str:
    """The rows of the patient, and of others that are told of with them.

    A name that is another patient's is known to be that; what others share with the patient is told
    of the patient's services.
    """
    own = SERVICES.semi_join(_PATIENT, "patient_id")
    shared = (
        SERVICES.patient_id.isin(_PATIENT.patient_id),
        SERVICES.service_id.isin(own.related_service_id),
        SERVICES.attestation_id.isin(own.attestation_id),
        *(mixed.folded(SERVICES[one]).isin(mixed.folded(own[one])) for one in mixed.IDS.values()),
    )
    return compiled(SERVICES.filter(ibis.or_(*shared)).select("row"), dialect)


def _findings(engine: Engine) -> dict[int, list[tuple[int, Finding]]]:
    """The findings by row of the service, each with its entry."""
    rows = engine.rows(f"{FINDINGS_WITH_FACTS} ORDER BY f.rule, f.evidence_service_id, f.message")
    by_row: dict[int, list[tuple[int, Finding]]] = {}
    for row in rows:
        reason = f"{row['reason_system']}/{row['reason_code']}"
        finding = Finding(
            row["rule"],
            row["provision"],
            row["severity"],
            reason,
            row["message"],
            row["evidence_service_id"],
            row,
        )
        by_row.setdefault(row["row"], []).append((row["entry"], finding))
    return by_row


def _concerned(engine: Engine, service: Row) -> list[int]:
    """The entries that are asked of a service."""
    code, its = literal(service["code"]), f"row = {service['row']}"
    prescribed = f"SELECT 1 FROM {PRESCRIBED.get_name()} WHERE {its}"
    conditions = (
        "everywhere "
        f"OR entry IN (SELECT entry FROM rule_codes WHERE code = {code} AND doubtful IS NULL) "
        f"OR entry IN (SELECT entry FROM limit_codes WHERE restricted AND code = {code})",
        f"NOT narrowed OR entry IN (SELECT entry FROM {NARROWED.get_name()} WHERE {its})",
        f"NOT only_prescribed OR EXISTS ({prescribed})",
        f"NOT only_known_prescription OR EXISTS ({prescribed} AND prescription_known)",
    )
    asked_by = " AND ".join(f"({one})" for one in conditions)
    rows = engine.rows(f'SELECT entry, "first", "last" FROM rules WHERE {asked_by}')
    day = service["performed_on"]
    asked = {row["entry"] for row in rows if day is None or row["first"] <= day <= row["last"]}
    said = f"SELECT entry FROM findings WHERE row = {service['row']} AND \"case\" = 'doubtful'"
    return sorted(asked | {row["entry"] for row in engine.rows(said)})


@dataclass(frozen=True)
class _Met:
    """Whom each service meets before it under each entry, in order, and what was said of all."""

    rivals: Mapping[tuple[int, int], list[Rival]]
    findings: Mapping[int, list[tuple[int, Finding]]]


def _met(
    engine: Engine,
    services: Mapping[int, Row],
    decisions: Mapping[int, Row],
    findings: Mapping[int, list[tuple[int, Finding]]],
) -> _Met:
    turn = {row: number for number, row in enumerate(services)}
    before = engine.rows(plan(engine.dialect, 0).before)
    rivals: dict[tuple[int, int], list[Rival]] = {}
    for pair in sorted(before, key=lambda pair: turn[pair["other_row"]]):
        row = pair["other_row"]
        rival = _rival(services[row], decisions.get(row), findings.get(row, []))
        rivals.setdefault((pair["row"], pair["entry"]), []).append(rival)
    return _Met(rivals, findings)


def _rival(service: Row, decision: Row | None, said: list[tuple[int, Finding]]) -> Rival:
    outcome = service["decided"] if decision is None else decision["outcome"]
    return Rival(
        service["service_id"],
        service["code"],
        service["performed_on"],
        service["count"] or 1,
        stands=outcome != "refused",
        history=decision is None,
        refused_by=tuple(finding for _, finding in said if finding.severity == "refuse"),
    )


def _steps(law: Law, service: Row, concerned: list[int], met: _Met) -> tuple[Step, ...]:
    """The rules that were asked, the gravest answers first."""
    own = met.findings.get(service["row"], [])
    steps = [
        Step(
            law.entries[entry],
            tuple(finding for of_entry, finding in own if of_entry == entry),
            tuple(met.rivals.get((service["row"], entry), [])),
        )
        for entry in concerned
    ]
    gravity = ["refuse", "unchecked", "warn", None]
    return tuple(sorted(steps, key=lambda step: gravity.index(step.severity)))


def _not_asked(engine: Engine, law: Law, present: Present, service: Row) -> tuple[NotAsked, ...]:
    """The rules that would have been asked of a service, had the input what they need."""
    code, day = literal(service["code"]), service["performed_on"]
    rows = engine.rows(f"SELECT entry FROM not_run_codes WHERE code = {code}")
    concerned = {row["entry"] for row in rows}
    rules = [
        (one.entry.rule, one.missing)
        for one in divided(law, present)[1]
        if (one.entry.everywhere or one.entry.number in concerned)
        and (one.entry.answers_undated if day is None else day in one.entry.rule.days)
    ]
    return tuple(NotAsked(rule.rule, rule.provision, missing) for rule, missing in rules)

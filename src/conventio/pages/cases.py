"""Decided services as a page shows them: their facts, findings and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from conventio.claims.decide import Decided
from conventio.claims.order import IN_ORDER
from conventio.claims.sentences import FINDINGS_WITH_FACTS, sentence
from conventio.folder.engine import Engine, Row, literal
from conventio.law import Law
from conventio.law.nomenclature import Nomenclature
from conventio.wording.manner import ForPeople

EVIDENCE = 10
"""How many pieces of evidence are shown of one rule for one service."""

_FACTS = "service_id, performed_at, code, tooth, surfaces, practitioner"


@dataclass(frozen=True)
class Said:
    """One finding, with the service that shows it, if any."""

    message: str
    evidence: Mapping[str, Any] | None


@dataclass(frozen=True)
class Ruling:
    """What one rule says of a service under one provision."""

    rule: str
    provision: str
    severity: str
    reason: str
    said: Sequence[Said]
    more: int
    """How many findings of the rule are not shown."""


@dataclass(frozen=True)
class Case:
    """A service with its amounts, and what the rules say of it."""

    service: Mapping[str, Any]
    label: str | None
    """The code's label, where one is known."""
    label_language: str
    """Labels are in French and Dutch only."""
    rulings: Sequence[Ruling]


def cases(
    engine: Engine, decided: Decided, outcome: str, limit: int, manner: ForPeople
) -> list[Case]:
    """The first services of an outcome, in the order of decision."""
    chosen = engine.rows(
        f"SELECT row, patient_id, fee_agreed, overcharge FROM decisions "
        f"WHERE outcome = {literal(outcome)} ORDER BY {IN_ORDER} LIMIT {limit}"
    )
    if not chosen:
        return []
    rows = ", ".join(str(row["row"]) for row in chosen)
    services = engine.rows(
        f"SELECT row, {_FACTS}, fee, supplement FROM services WHERE row IN ({rows})"
    )
    facts = {row["row"]: row for row in services}
    findings = _findings(engine, rows)
    return [
        Case(
            {**facts[row["row"]], **row},
            *_label(decided.nomenclature, facts[row["row"]]["code"], manner.language),
            _rulings(findings.get(row["row"], []), decided.law, manner),
        )
        for row in chosen
    ]


def _findings(engine: Engine, rows: str) -> dict[int, list[Row]]:
    """The findings of some services by row, each rule's first with their evidence."""
    evidence = ", ".join(f"e.{name} AS evidence_{name}" for name in _FACTS.split(", ")[1:])
    found = engine.rows(
        "SELECT f.*, e.decided AS evidence_decided, o.outcome AS evidence_outcome, "
        f"{evidence} FROM ("
        "SELECT *, "
        "reason_system || '/' || reason_code AS reason, "
        "row_number() OVER (PARTITION BY row, rule, provision, severity "
        "ORDER BY evidence_service_id NULLS LAST, message) AS place, "
        "count(*) OVER (PARTITION BY row, rule, provision, severity) AS findings "
        f"FROM ({FINDINGS_WITH_FACTS}) WHERE row IN ({rows})) f "
        "LEFT JOIN services e ON e.service_id = f.evidence_service_id "
        "LEFT JOIN decisions o ON o.row = e.row "
        f"WHERE f.place <= {EVIDENCE} "
        "ORDER BY f.row, f.severity, f.rule, f.provision, f.place"
    )
    return {row: list(ones) for row, ones in groupby(found, key=lambda one: int(one["row"]))}


def _rulings(findings: Sequence[Row], law: Law, manner: ForPeople) -> list[Ruling]:
    def of_rule(row: Row) -> tuple[str, ...]:
        return (row["severity"], row["rule"], row["provision"])

    rulings = []
    for (severity, rule, provision), ones in groupby(findings, key=of_rule):
        shown = list(ones)
        said = [Said(sentence(row, law, manner), _evidence(row)) for row in shown]
        more = shown[0]["findings"] - len(shown)
        rulings.append(Ruling(rule, provision, severity, shown[0]["reason"], said, more))
    return rulings


def _evidence(row: Row) -> Mapping[str, Any] | None:
    if row["evidence_service_id"] is None:
        return None
    return {
        name.removeprefix("evidence_"): value
        for name, value in row.items()
        if name.startswith("evidence_")
    }


def _label(nomenclature: Nomenclature, code: str, language: str) -> tuple[str | None, str]:
    """The label of a code and the language that it is in."""
    known = nomenclature.get(code)
    if known is None:
        return None, language
    if language == "nl" and known.label_nl is not None:
        return known.label_nl, "nl"
    return known.label_fr, "fr"

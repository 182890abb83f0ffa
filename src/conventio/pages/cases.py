"""Decided services as a page shows them: their facts, findings and evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from conventio.claims.decide import Decided
from conventio.claims.order import IN_ORDER
from conventio.claims.sentences import sentence
from conventio.folder.engine import Engine, Row
from conventio.law import Law
from conventio.pages import tally
from conventio.pages.languages import InAll, Speaker

_FACTS = "service_id, performed_at, code, tooth, surfaces, practitioner"


@dataclass(frozen=True)
class Said:
    """One finding, with the service that shows it, if any."""

    message: InAll
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
    rulings: Sequence[Ruling]


def cases(engine: Engine, decided: Decided, speaker: Speaker) -> dict[str, list[Case]]:
    """Services by outcome, in the order of decision: all, or as many as are `SHOWN`.

    Where there are more, each rule that leads to the outcome gives its first service in that
    order, then its second, and so on, so that every rule is shown. Reads what `tally` left.
    """
    chosen = engine.rows(_chosen()) if any(decided.outcomes[one] for one in tally.SHOWN) else []
    shown: dict[str, list[Case]] = {outcome: [] for outcome in tally.SHOWN}
    if not chosen:
        return shown
    rows = ", ".join(str(row["row"]) for row in chosen)
    findings = _findings(engine, rows)
    facts = {row["row"]: row for row in engine.rows("SELECT * FROM shown_services")}
    for row in chosen:
        rulings = _rulings(findings.get(row["row"], []), decided.law, speaker)
        shown[row["outcome"]].append(Case({**facts[row["row"]], **row}, rulings))
    return shown


def _chosen() -> str:
    """The query for the services that are shown."""
    in_turn = (
        "SELECT *, row_number() OVER "
        f"(PARTITION BY outcome, rule ORDER BY {IN_ORDER}, provision) AS of_rule FROM candidates"
    )
    once = (
        "SELECT *, row_number() OVER (PARTITION BY row ORDER BY of_rule) AS again "
        f"FROM ({in_turn}) WHERE of_rule <= {tally.shown()}"
    )
    placed = (
        f"SELECT *, row_number() OVER (PARTITION BY outcome ORDER BY of_rule, {IN_ORDER}) AS place "
        f"FROM ({once}) WHERE again = 1"
    )
    return (
        f"SELECT row, outcome, fee_agreed, above_fee FROM ({placed}) "
        f"WHERE place <= {tally.shown()} ORDER BY {IN_ORDER}"
    )


def _findings(engine: Engine, rows: str) -> dict[int, list[Row]]:
    """The findings of some services by row, each rule's first with their evidence.

    Leaves `shown_services` in the engine: these services and the evidence.
    """
    engine.create(
        "shown_services",
        f"SELECT row, patient_id, {_FACTS}, performed_on, fee, supplement, decided FROM services "
        f"WHERE row IN ({rows}) OR service_id IN (SELECT evidence_service_id FROM shown_findings "
        f"WHERE row IN ({rows}) AND evidence_service_id IS NOT NULL)",
    )
    evidence = ", ".join(f"e.{name} AS evidence_{name}" for name in _FACTS.split(", ")[1:])
    found = engine.rows(
        "SELECT f.*, s.code, s.tooth, s.performed_on AS day, e.performed_on AS evidence_day, "
        f"e.decided AS evidence_decided, o.outcome AS evidence_outcome, {evidence} "
        "FROM shown_findings f JOIN shown_services s ON s.row = f.row "
        "LEFT JOIN shown_services e ON e.service_id = f.evidence_service_id "
        "LEFT JOIN shown_outcomes o ON o.row = e.row "
        "ORDER BY f.row, f.severity, f.rule, f.provision, f.place"
    )
    return {row: list(ones) for row, ones in groupby(found, key=lambda one: int(one["row"]))}


def _rulings(findings: Sequence[Row], law: Law, speaker: Speaker) -> list[Ruling]:
    def of_rule(row: Row) -> tuple[str, ...]:
        return (row["severity"], row["rule"], row["provision"])

    rulings = []
    for (severity, rule, provision), ones in groupby(findings, key=of_rule):
        shown = list(ones)
        said = [Said(_said(row, law, speaker), _evidence(row)) for row in shown]
        more = shown[0]["findings"] - len(shown)
        rulings.append(Ruling(rule, provision, severity, shown[0]["reason"], said, more))
    return rulings


def _said(row: Row, law: Law, speaker: Speaker) -> InAll:
    return speaker.each(lambda manner: sentence(row, law, manner))


def _evidence(row: Row) -> Mapping[str, Any] | None:
    if row["evidence_service_id"] is None:
        return None
    return {
        name.removeprefix("evidence_"): value
        for name, value in row.items()
        if name.startswith("evidence_")
    }

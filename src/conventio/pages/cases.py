"""Decided services as a page shows them: their facts, findings and evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
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


@dataclass(frozen=True)
class Listed:
    """The services of one outcome that are shown, in the order of decision, and why these."""

    cases: Sequence[Case]
    highest: int
    """How many are here for their agreed fees."""
    of_rules: int
    """How many others are here so that each rule is."""
    sample: int
    """How many others a lot named."""


def cases(engine: Engine, decided: Decided, speaker: Speaker) -> dict[str, Listed]:
    """Services by outcome, in the order of decision: all, or as many as are `SHOWN`.

    Where there are more: the first of each rule that leads to the outcome, those with the highest
    agreed fees, further ones of each rule in turn, and a sample. Reads what `tally` left.
    """
    asked = any(decided.outcomes[one] for one in tally.SHOWN)
    candidates = engine.rows(f"SELECT * FROM candidates ORDER BY {IN_ORDER}") if asked else []
    chosen = {outcome: _chosen(candidates, outcome) for outcome in tally.SHOWN}
    rows = ", ".join(str(row) for ones in chosen.values() for row in ones)
    if not rows:
        return dict.fromkeys(tally.SHOWN, Listed([], 0, 0, 0))
    findings = _findings(engine, rows)
    facts = {row["row"]: row for row in engine.rows("SELECT * FROM shown_services")}

    def case(row: Row) -> Case:
        service = {**facts[row["row"]], **row}
        return Case(service, _rulings(findings.get(row["row"], []), decided.law, speaker))

    shown = {row["row"]: row for row in candidates}
    return {
        outcome: Listed(
            [case(row) for number, row in shown.items() if number in ones],
            *(list(ones.values()).count(lane) for lane in LANES),
        )
        for outcome, ones in chosen.items()
    }


LANES = ("highest", "rule", "sample")


def _chosen(candidates: Sequence[Row], outcome: str) -> dict[int, str]:
    """The services of an outcome that are shown, each with the lane that it is in."""
    ones = [row for row in candidates if row["outcome"] == outcome]
    most = tally.SHOWN[outcome]
    highest = [row for row in ones if row["lane"] == "highest"]
    highest.sort(key=lambda row: -row["fee_agreed"])
    by_rule = _in_turn(row for row in ones if row["lane"] == "rule")
    firsts = len({row["rule"] for row in by_rule})
    sample = sorted((row for row in ones if row["lane"] == "sample"), key=_lot)
    chosen: dict[int, str] = {}
    for rows, limit in (
        (by_rule[:firsts], most),
        (highest[: most // tally.HIGHEST], most),
        (by_rule[firsts : max(firsts, most // tally.BY_RULE)], most),
        (sample, most),
    ):
        for row in rows:
            if len(chosen) < limit:
                chosen.setdefault(row["row"], row["lane"])
    return chosen


def _in_turn(rows: Iterable[Row]) -> list[Row]:
    """The first service of each rule, then the second of each, and so on."""
    turn: Counter[str] = Counter()
    placed = []
    for row in rows:
        turn[row["rule"]] += 1
        placed.append((turn[row["rule"]], row))
    return [row for _, row in sorted(placed, key=lambda one: one[0])]


def _lot(row: Row) -> tuple[str, bytes]:
    return row["lot"], row["service_id"].encode()


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

"""What is kept of the services that were decided, for the figures and lists of a report.

Services are decided part by part, and of a part only small tables are kept: `counted`, the sums by
outcome, code and month; `ruled` and `cited`, of how many services each rule and each provision
speaks; `candidates`, the services that may be shown, with their `shown_findings`, and what became
of the evidence, `shown_outcomes`.
"""

from __future__ import annotations

from collections.abc import Mapping

from conventio.claims.order import IN_ORDER, KEYS
from conventio.folder.engine import Engine, literal
from conventio.folder.parts import Part

AMOUNTS = ("fee_agreed", "reimbursement", "patient_share", "above_fee")

SHOWN = {"refused": 200, "unchecked": 100}
"""How many services of an outcome a report shows."""

EVIDENCE = 10
"""How many pieces of evidence are shown of one rule for one service."""

_SEVERITY = {"refused": "refuse", "unchecked": "unchecked"}
"""What a rule says that leads to an outcome."""


def tally(engine: Engine, part: Part) -> None:
    """Keep what is asked of the part of the services that was decided in the engine."""
    keep = engine.create if part.number == 0 else engine.append
    keep("counted", _COUNTED)
    engine.create("spoken", _SPOKEN)
    keep("ruled", _RULED)
    keep("cited", _CITED)
    keep("candidates", _candidates() if part.number == 0 else _candidates(_NOT_FULL))
    keep("shown_findings", _SHOWN_FINDINGS)
    keep("shown_outcomes", _SHOWN_OUTCOMES)
    engine.drop("spoken")


_COUNTED = (
    "SELECT outcome, code, CAST(date_trunc('month', performed_on) AS DATE) AS period, "
    "count(*) AS services, "
    + ", ".join(f"sum({name}) AS {name}" for name in AMOUNTS)
    + ", count(*) - count(fee_agreed) AS without_fee, "
    "count(fee_agreed) - count(patient_share) AS without_reimbursement "
    "FROM decisions GROUP BY outcome, code, period"
)

_SPOKEN = "SELECT DISTINCT about, provision, row FROM findings"
"""Each service once for each thing that is said of it."""

_ABOUT = (
    "(SELECT DISTINCT about, severity, rule, reason_system || '/' || reason_code AS reason "
    "FROM cases)"
)

_RULED = (
    "SELECT severity, rule, provision, reason, services, fees FROM ("
    "SELECT about, provision, count(*) AS services, "
    "CAST(sum(fee_agreed) AS DECIMAL(18, 2)) AS fees "
    "FROM spoken JOIN decisions USING (row) GROUP BY about, provision) "
    f"JOIN {_ABOUT} USING (about)"
)

_CITED = "SELECT provision, count(DISTINCT row) AS services FROM spoken GROUP BY provision"


def shown() -> str:
    """How many services of its outcome are shown, as SQL."""
    return _by_outcome(SHOWN)


def _candidates(also: str = "") -> str:
    """The first services, in the order of decision, of each rule that leads to their outcome."""
    severity = _by_outcome({outcome: literal(said) for outcome, said in _SEVERITY.items()})
    return (
        f"SELECT * FROM (SELECT d.row, {_OF_ORDER}, outcome, fee_agreed, above_fee, rule, "
        "provision, row_number() OVER "
        f"(PARTITION BY outcome, rule ORDER BY {IN_ORDER}, provision) AS turn "
        f"FROM decisions d JOIN spoken s ON s.row = d.row JOIN {_ABOUT} a ON a.about = s.about "
        f"WHERE severity = {severity}{also}) "
        f"WHERE turn <= {shown()}"
    )


def _by_outcome(values: Mapping[str, object]) -> str:
    whens = " ".join(f"WHEN {literal(one)} THEN {value}" for one, value in values.items())
    return f"CASE outcome {whens} END"


_NOT_FULL = (
    " AND NOT EXISTS (SELECT 1 FROM (SELECT outcome AS had_outcome, rule AS had_rule "
    f"FROM candidates GROUP BY outcome, rule HAVING count(*) >= {shown()}) "
    "WHERE had_outcome = outcome AND had_rule = rule)"
)
"""Parts come in the order of decision: a rule that has its services is asked for no more."""

_OF_ORDER = ", ".join(KEYS)

_SHOWN_FINDINGS = (
    "SELECT * FROM (SELECT *, reason_system || '/' || reason_code AS reason, "
    "row_number() OVER (PARTITION BY row, rule, provision, severity "
    "ORDER BY evidence_service_id NULLS LAST, message) AS place, "
    "count(*) OVER (PARTITION BY row, rule, provision, severity) AS findings "
    f"FROM findings WHERE row IN (SELECT row FROM candidates)) WHERE place <= {EVIDENCE}"
)

_SHOWN_OUTCOMES = (
    "SELECT row, outcome FROM decisions WHERE service_id IN "
    "(SELECT evidence_service_id FROM shown_findings)"
)

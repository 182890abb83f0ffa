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
    "count(*) AS services, sum(fee_agreed) AS fee_agreed, "
    "count(*) - count(fee_agreed) AS without_fee "
    "FROM decisions GROUP BY outcome, code, period"
)

_SPOKEN = "SELECT DISTINCT about, provision, row FROM findings"
"""Each service once for each thing that is said of it."""

_ABOUT = (
    "(SELECT DISTINCT about, severity, rule, reason_system || '/' || reason_code AS reason "
    "FROM cases)"
)

_RULED = (
    "SELECT severity, rule, provision, reason, services, fees, without_fee FROM ("
    "SELECT about, provision, count(*) AS services, "
    "CAST(sum(fee_agreed) AS DECIMAL(38, 2)) AS fees, "
    "count(*) - count(fee_agreed) AS without_fee "
    "FROM spoken JOIN decisions USING (row) GROUP BY about, provision) "
    f"JOIN {_ABOUT} USING (about)"
)

_CITED = "SELECT provision, count(DISTINCT row) AS services FROM spoken GROUP BY provision"


def shown() -> str:
    """How many services of its outcome are shown, as SQL."""
    return _by_outcome(SHOWN)


def _candidates(also: str = "") -> str:
    """The services that may be shown, each in the lanes that it is in.

    `highest` are those with the highest agreed fees, `rule` the first ones, in the order of
    decision, of each rule that leads to their outcome, `sample` those that a lot names.
    """
    severity = _by_outcome({outcome: literal(said) for outcome, said in _SEVERITY.items()})
    shown_outcomes = ", ".join(map(literal, SHOWN))
    decided = f"FROM decisions d WHERE outcome IN ({shown_outcomes})"
    return " UNION ALL ".join(
        (
            _lane("highest", "''", f"fee_agreed DESC, {IN_ORDER}", "''", decided, HIGHEST),
            _lane(
                "rule",
                "rule",
                f"{IN_ORDER}, provision",
                "provision",
                f"FROM decisions d JOIN spoken s ON s.row = d.row JOIN {_ABOUT} a "
                f"ON a.about = s.about WHERE severity = {severity}{also}",
                BY_RULE,
            ),
            _lane("sample", "''", f"{LOT}, service_id", "''", decided, 1),
        )
    )


def _lane(lane: str, of: str, order: str, provision: str, source: str, divisor: int) -> str:
    """The first services of an outcome, or of a rule of it, in an order."""
    columns = f"d.row, {_OF_ORDER}, outcome, fee_agreed, above_fee"
    each = "outcome" if of == "''" else f"outcome, {of}"
    known = " AND fee_agreed IS NOT NULL" if lane == "highest" else ""
    return (
        f"SELECT * FROM (SELECT {columns}, {literal(lane)} AS lane, {of} AS rule, "
        f"{provision} AS provision, {LOT} AS lot, "
        f"row_number() OVER (PARTITION BY {each} ORDER BY {order}) AS turn {source}{known}) "
        f"WHERE turn * {divisor} <= {shown()}"
    )


HIGHEST, BY_RULE = 4, 2
"""Of the services that are shown, at most one in so many for its fee, and to show each rule."""

LOT = "md5(CAST(service_id AS STRING))"
"""The lot of a service: the same wherever and whenever it is drawn."""


def _by_outcome(values: Mapping[str, object]) -> str:
    whens = " ".join(f"WHEN {literal(one)} THEN {value}" for one, value in values.items())
    return f"CASE outcome {whens} END"


_NOT_FULL = (
    " AND NOT EXISTS (SELECT 1 FROM (SELECT outcome AS had_outcome, rule AS had_rule "
    "FROM candidates WHERE lane = 'rule' GROUP BY outcome, rule "
    f"HAVING (count(*) + 1) * {BY_RULE} > {shown()}) "
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

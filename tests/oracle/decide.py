"""Decide the services of a folder one by one, as a person with the law in hand would.

Each patient's services are taken in order. Every rule is asked about the service at hand, and a
rule between services looks at the list of those that stand so far. A service that no rule refuses
joins that list; nothing is ever taken back.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from . import asked, care, given, projects, radiography, seen, supplement_fee, urgent
from .case import (
    Case,
    Finding,
    Folder,
    Row,
    Rule,
    Rules,
    Service,
    Tables,
    as_bytes,
    give_turns,
    is_within,
    order_of_decision,
    says,
)
from .doubt import in_other_worlds, with_doubts

ZERO = Decimal(0)

# A rule of which a table or column is absent is not run.
RULES: Rules = (
    asked.RULES
    + seen.RULES
    + care.RULES
    + urgent.RULES
    + radiography.RULES
    + projects.RULES
    + given.RULES
)

# Those that show the services by which they refuse.
GROUP_RULES: tuple[Rule, ...] = (
    care.fillings_per_tooth_and_year,
    care.extraction_once,
    care.no_conservative_care_after_extraction,
    radiography.no_cumulation_455630,
    radiography.no_cumulation_radiology,
    projects.two_implants,
    urgent.supplement_radiology,
    urgent.supplement_article_14,
    urgent.supplement_headings,
    urgent.supplement_care_hours,
    given.ecg_a_day,
    given.article_34_cumulations,
)


@dataclass(frozen=True)
class Decision:
    """The outcome for a service, with its amounts in euro."""

    outcome: str
    fee_agreed: Decimal | None
    fee_maximum: Decimal | None
    reimbursement: Decimal | None
    patient_share: Decimal | None
    above_fee: Decimal | None


@dataclass
class Answer:
    """Decisions and findings, both in the order of the output."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def decide(tables: Tables, as_of: date = date.max) -> Answer:
    """The answer for a folder of tables with typed values; a table that is not a key is absent.

    `as_of` is the day of the check.
    """
    answer = Answer()
    for decided in walk(tables, as_of):
        answer.decisions[decided.service.id] = decided.decision
        answer.findings.extend(decided.findings)
    return answer


@dataclass(frozen=True)
class Decided:
    """One service with what was decided, and the case as it stood just before."""

    service: Service
    case: Case
    findings: list[Finding]
    decision: Decision

    @property
    def stands(self) -> bool:
        return self.decision.outcome != "refused"


def walk(tables: Tables, as_of: date = date.max) -> Iterator[Decided]:
    """Decide the new services of every patient, in the order of the output."""
    folder = Folder(tables, as_of)
    rules = [rule for rule, needs in RULES if all(folder.has(*need) for need in needs)]
    for patient_id in sorted(folder.services, key=as_bytes):
        services = folder.services[patient_id]
        give_turns(services)
        standing = [past for past in services if past.decided in ("accepted", "unchecked")]
        for service in sorted((s for s in services if s.is_new), key=order_of_decision):
            case = Case(folder, tuple(standing))
            decided = decide_one(service, case, rules)
            yield decided
            if decided.stands:
                standing.append(service)


def decide_one(service: Service, case: Case, rules: Sequence[Rule]) -> Decided:
    """Ask every rule about one service, then price it."""
    others = in_other_worlds(service)
    findings = [one for rule in rules for one in with_doubts(rule, service, others, case)]
    outcome = outcome_of(findings)
    row = fee_row(service, case.folder)
    rate = supplement_fee.rate_row(service, case.folder)
    if rate is not None:
        row = supplement_fee.with_fee(row, supplement_fee.fee_by_rate(service, case, rate))
    price = price_of(service, case.folder, row, refused=outcome == "refused")
    if rate is not None and not price.settled:
        findings.extend(supplement_fee.unsettled(service))
    if case.folder.has("fees"):
        if rate is None:
            findings.extend(fee_known(service, price))
        row = fee_row(service, case.folder)
        usual = unit_reimbursement(row, is_preferential(service, case.folder)) if row else None
        findings.extend(given.no_patient_share(service, case.folder, row, usual))
    findings.sort(key=order_of_output)
    return Decided(service, case, findings, decision_of(service, outcome, price))


def outcome_of(findings: Iterable[Finding]) -> str:
    """Refused if anything refuses, else unchecked if anything is; a warning is neither."""
    severities = {finding.severity for finding in findings}
    if "refuse" in severities:
        return "refused"
    return "unchecked" if "unchecked" in severities else "accepted"


def order_of_output(finding: Finding) -> tuple[str, bool, bytes, str]:
    evidence = finding.evidence_service_id
    return finding.rule, evidence is not None, as_bytes(evidence or ""), finding.provision


# --- prices ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Price:
    """The amounts of a row, in euro; None is not known. `settled`: what was asked is known."""

    fee_agreed: Decimal | None = None
    fee_maximum: Decimal | None = None
    reimbursement: Decimal | None = None
    settled: bool = False


def price_of(service: Service, folder: Folder, row: Row | None, *, refused: bool) -> Price:
    """Unit amounts of the day, times the count; what is refused is not reimbursed."""
    if row is None:
        return Price(reimbursement=ZERO if refused else None)
    usual = unit_reimbursement(row, is_preferential(service, folder))
    whole = given.is_without_share(service, folder)
    unit = row["fee"] if whole else usual
    if whole is None and usual != row["fee"]:
        unit = None
    return Price(
        fee_agreed=times(row["fee"], service.count),
        fee_maximum=times(row.get("maximum_fee"), service.count),
        reimbursement=ZERO if refused else times(unit, service.count),
        settled=row["fee"] is not None and (usual is not None or whole is True),
    )


def fee_row(service: Service, folder: Folder) -> Row | None:
    """The row of the fee table that holds for the code on the day."""
    if service.day is None:
        return None
    for row in folder.fees.get(service.code, []):
        if is_within(service.day, row["valid_from"], row["valid_to"]):
            return row
    return None


def is_preferential(service: Service, folder: Folder) -> bool | None:
    preferential: bool | None = folder.patients.get(service.patient_id, {}).get("preferential")
    return preferential


def unit_reimbursement(row: Row, preferential: bool | None) -> Decimal | None:
    """What the insurer pays for one; of unknown regime, only where both regimes pay the same."""
    ordinary: Decimal | None = row.get("reimbursement")
    increased: Decimal | None = row.get("reimbursement_preferential")
    if preferential is None:
        return ordinary if ordinary == increased else None
    return increased if preferential else ordinary


def times(amount: Decimal | None, count: int) -> Decimal | None:
    return None if amount is None else amount * count


def fee_known(service: Service, price: Price) -> Iterator[Finding]:
    """Where an amount can't be told, that is said (all/gap)."""
    if not price.settled:
        yield says("fee-known", "all/gap", "warn", service)


def decision_of(service: Service, outcome: str, price: Price) -> Decision:
    return Decision(
        outcome=outcome,
        fee_agreed=price.fee_agreed,
        fee_maximum=price.fee_maximum,
        reimbursement=price.reimbursement,
        patient_share=less(price.fee_agreed, price.reimbursement),
        above_fee=above_fee(service, price),
    )


def less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other


def above_fee(service: Service, price: Price) -> Decimal | None:
    """What was charged above the maximum fee, or above the agreed fee where there is none."""
    if service.fee is None or service.supplement is None or price.fee_agreed is None:
        return None
    bound = price.fee_agreed if price.fee_maximum is None else price.fee_maximum
    return max(ZERO, service.fee + service.supplement - bound)

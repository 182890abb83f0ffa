"""Decide the services of a folder one by one, as a person with the law in hand would.

Each patient's services are taken in order. Every rule is asked about the service at hand, and a
rule between services looks at the list of those that stand so far. A service that no rule refuses
joins that list; nothing is ever taken back.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from . import law

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

BRUSSELS = ZoneInfo("Europe/Brussels")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Decision:
    """The outcome for a service, with its amounts in euro."""

    outcome: str
    fee_agreed: Decimal | None
    fee_maximum: Decimal | None
    reimbursement: Decimal | None
    patient_share: Decimal | None
    overcharge: Decimal | None


@dataclass(frozen=True, order=True)
class Finding:
    """What a rule says of a service."""

    service_id: str
    rule: str
    provision: str
    severity: str
    evidence_service_id: str | None


@dataclass
class Answer:
    """Decisions and findings, both in the order of the output."""

    decisions: dict[str, Decision] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def decide(tables: Tables) -> Answer:
    """The answer for a folder of tables with typed values; a table that is not a key is absent."""
    answer = Answer()
    for decided in walk(tables):
        answer.decisions[decided.service.id] = decided.decision
        answer.findings.extend(decided.findings)
    return answer


@dataclass(frozen=True)
class Decided:
    """One service with what was decided, and the case as it stood just before."""

    service: "Service"
    case: "Case"
    findings: list[Finding]
    decision: Decision

    @property
    def stands(self) -> bool:
        return self.decision.outcome != "refused"


def walk(tables: Tables) -> Iterator[Decided]:
    """Decide the new services of every patient, in the order of the output."""
    folder = Folder(tables)
    for patient_id in sorted(folder.services, key=as_bytes):
        services = folder.services[patient_id]
        give_turns(services)
        standing = [past for past in services if past.decided in ("accepted", "unchecked")]
        for service in sorted((s for s in services if s.is_new), key=order_of_decision):
            case = Case(folder, tuple(standing))
            decided = decide_one(service, case)
            yield decided
            if decided.stands:
                standing.append(service)


def decide_one(service: "Service", case: "Case") -> Decided:
    """Ask every rule about one service, then price it."""
    findings = [f for rule in case.folder.rules for f in rule(service, case)]
    outcome = outcome_of(findings)
    price = price_of(service, case.folder, refused=outcome == "refused")
    if case.folder.has("fees"):
        findings.extend(fee_known(service, price))
    findings.sort(key=order_of_output)
    return Decided(service, case, findings, decision_of(service, outcome, price))


def outcome_of(findings: Iterable[Finding]) -> str:
    """Refused if anything refuses, else unchecked if anything is; a warning is neither."""
    severities = {finding.severity for finding in findings}
    if "refuse" in severities:
        return "refused"
    return "unchecked" if "unchecked" in severities else "accepted"


def as_bytes(name: str) -> bytes:
    return name.encode("utf-8")


def order_of_output(finding: Finding) -> tuple[str, bool, bytes, str]:
    evidence = finding.evidence_service_id
    return finding.rule, evidence is not None, as_bytes(evidence or ""), finding.provision


# --- what is known of a service -------------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """One row of the nomenclature; None is unknown."""

    code: str
    pair_code: str | None
    article: str | None
    section: str | None
    kind: str | None
    tooth: str | None
    faces: int | None
    valid_from: date | None
    valid_to: date | None


@dataclass(eq=False)
class Service:
    """One line of an attestation. `at` is an instant, `day` the day in Brussels."""

    id: str
    patient_id: str
    practitioner: str
    code: str
    entry: Code | None
    at: datetime | None
    day: date | None
    line: int | None
    count: int
    session_id: str | None
    tooth: str | None
    surfaces: str | None
    fee: Decimal | None
    supplement: Decimal | None
    direct_method: bool | None
    provisional: bool | None
    related_service_id: str | None
    decided: str | None
    turn: datetime | None = None

    @property
    def is_new(self) -> bool:
        return self.decided is None

    @property
    def article(self) -> str | None:
        return self.entry.article if self.entry else None

    @property
    def section(self) -> str | None:
        return self.entry.section if self.entry else None

    @property
    def kind(self) -> str | None:
        return self.entry.kind if self.entry else None

    @property
    def needs_tooth(self) -> str | None:
        return self.entry.tooth if self.entry else None

    def is_one_of(self, codes: frozenset[str]) -> bool:
        """Whether a list of the law names this code or the other code of its pair."""
        return self.entry is not None and (self.code in codes or self.entry.pair_code in codes)

    @property
    def level(self) -> int:
        """How far a service goes with others: 0 alone, 1 with a service, 2 with all of those."""
        if self.section == "urgent-supplement":
            return 2
        return 1 if self.kind == "suture" else 0

    @property
    def session(self) -> tuple[str, str, str | date] | None:
        """Contract, "How services are decided", 6 (the patient is understood)."""
        if self.session_id is not None:
            return self.practitioner, "session", self.session_id
        return (self.practitioner, "day", self.day) if self.day else None


def service_of(row: Row, nomenclature: Mapping[str, Code]) -> Service:
    performed: datetime | None = row["performed_at"]
    count = row.get("count")
    return Service(
        id=row["service_id"],
        patient_id=row["patient_id"],
        practitioner=row["practitioner"],
        code=row["code"],
        entry=nomenclature.get(row["code"]),
        at=instant(performed) if performed else None,
        day=performed.date() if performed else None,
        line=row.get("line"),
        count=1 if count is None else count,
        session_id=row.get("session_id"),
        tooth=row.get("tooth"),
        surfaces=row.get("surfaces"),
        fee=row.get("fee"),
        supplement=row.get("supplement"),
        direct_method=row.get("direct_method"),
        provisional=row.get("provisional"),
        related_service_id=row.get("related_service_id"),
        decided=row.get("decided"),
    )


def instant(local: datetime) -> datetime:
    """The instant of a Brussels time; one that exists twice is the first."""
    return local.replace(tzinfo=BRUSSELS, fold=0).astimezone(UTC)


class Folder:
    """The tables, indexed for looking things up, and the rules that can be run on them."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        nomenclature = {row["code"]: Code(**row) for row in tables["nomenclature"]}
        self.services: dict[str, list[Service]] = defaultdict(list)
        for row in tables["services"]:
            self.services[row["patient_id"]].append(service_of(row, nomenclature))
        self.patients = {row["patient_id"]: row for row in tables.get("patients", ())}
        self.titles = rows_by(tables.get("titles", ()), "practitioner")
        self.fees = rows_by(tables.get("fees", ()), "code")
        self.rules = [rule for rule, needs in RULES if all(self.has(*need) for need in needs)]

    def has(self, table: str, column: str | None = None) -> bool:
        """Whether a table, or a column of it, was given. An empty table has all its columns."""
        if table not in self.tables:
            return False
        rows = self.tables[table]
        return column is None or not rows or column in rows[0]


def rows_by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found


@dataclass(frozen=True)
class Case:
    """What a rule may look at besides the service: the folder, and what precedes and stands."""

    folder: Folder
    standing: tuple[Service, ...]


# --- the order ------------------------------------------------------------------------------------


def order_of_decision(service: Service) -> tuple[Any, ...]:
    """Contract, "How services are decided", 1: by time, then line, then service_id by bytes."""
    turn = (1,) if service.turn is None else (0, service.turn)
    return (turn, service.level, order_of_line(service), as_bytes(service.id))


def order_of_time(service: Service) -> tuple[Any, ...]:
    """What "after" means: the time of service, and at one moment an earlier decision first."""
    return (
        service.at,
        service.is_new,
        service.level,
        order_of_line(service),
        as_bytes(service.id),
    )


def order_of_line(service: Service) -> tuple[int, int]:
    return (0, 0) if service.line is None else (1, service.line)


def give_turns(services: Sequence[Service]) -> None:
    """Give each service of a patient the moment at which it takes its turn.

    A service that goes with others waits for the last of them: the lower ones of its session, and
    the one it names. A service of unknown date makes no other wait.
    """
    by_id = {service.id: service for service in services}
    for service in sorted(services, key=lambda each: each.level):
        service.turn = service.at
        if service.level == 0 or service.at is None:
            continue
        awaited = [
            other.turn
            for other in services
            if other.level < service.level and other.session == service.session
        ]
        named = by_id.get(service.related_service_id or "")
        if named is not None:
            awaited.append(named.turn if named.level < service.level else named.at)
        service.turn = max([service.at, *(turn for turn in awaited if turn is not None)])


# --- saying something -----------------------------------------------------------------------------


def says(
    rule: str, provision: str, severity: str, service: Service, evidence: Service | None = None
) -> Finding:
    return Finding(service.id, rule, provision, severity, evidence.id if evidence else None)


def refused_by(
    rule: str, provision: str, service: Service, evidence: Sequence[Service]
) -> Iterator[Finding]:
    """One refusal for each service that shows it."""
    for each in evidence:
        yield says(rule, provision, "refuse", service, each)


# --- rules of one service -------------------------------------------------------------------------


def known_code(service: Service, case: Case) -> Iterator[Finding]:
    """A code that the nomenclature does not have can't be checked against it (all/gap)."""
    if service.entry is None:
        yield says("known-code", "all/gap", "unchecked", service)


def code_in_force(service: Service, case: Case) -> Iterator[Finding]:
    """A code is used within its dates, both included (all/date)."""
    if service.entry is None:
        return
    if service.day is None:
        yield says("code-in-force", "all/date", "unchecked", service)
    elif not is_within(service.day, service.entry.valid_from, service.entry.valid_to):
        yield says("code-in-force", "all/date", "refuse", service)


def is_within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies in a period of which both ends belong; an end not given is open."""
    return (first is None or first <= day) and (last is None or day <= last)


def tooth_number(service: Service, case: Case) -> Iterator[Finding]:
    """Conservative care and extractions name their tooth (nomenclature-6/3bis-2)."""
    if service.section in ("conservative", "extraction") and lacks_tooth(service):
        yield says("tooth-number", "nomenclature-6/3bis-2", "refuse", service)


def tooth_number_elsewhere(service: Service, case: Case) -> Iterator[Finding]:
    """Other services bound to a tooth name it too (all/gap: no source prints the list)."""
    if service.section not in ("conservative", "extraction") and lacks_tooth(service):
        yield says("tooth-number-elsewhere", "all/gap", "refuse", service)


def lacks_tooth(service: Service) -> bool:
    return service.needs_tooth == "required" and service.tooth is None


def entitlement(service: Service, case: Case) -> Iterator[Finding]:
    """Services of article 5 are for those whom nomenclature-6 §18 names."""
    if service.article != "5":
        return
    rows = case.folder.titles.get(service.practitioner, [])
    if not rows or service.day is None:
        yield says("entitlement", "nomenclature-6/18-0", "unchecked", service)
        return
    held = {
        row["title"] for row in rows if is_within(service.day, row["valid_from"], row["valid_to"])
    }
    permitting = {title for title in held if permits(title, service)}
    if permitting == {law.RADIOLOGIST}:
        yield says("entitlement", "nomenclature-6/17.2-3", "warn", service)
    elif not held:
        yield says("entitlement", "nomenclature-6/18-0", "refuse", service)
    elif not permitting:
        for title in sorted(held):
            yield says("entitlement", provision_on(title), "refuse", service)


def permits(title: str, service: Service) -> bool:
    """Whether a title gives access to a service of article 5."""
    if title in law.GENERAL_TITLES:
        return not service.is_one_of(law.CLOSED_TO_GENERAL_DENTISTS)
    if title in law.PERIODONTIST_TITLES:
        return service.is_one_of(law.OPEN_TO_PERIODONTISTS)
    if title in law.ORTHODONTIST_TITLES:
        return service.is_one_of(law.OPEN_TO_ORTHODONTISTS)
    return title == law.RADIOLOGIST and service.is_one_of(law.OPEN_TO_RADIOLOGISTS)


def provision_on(title: str) -> str:
    """The paragraph that keeps a title out."""
    if title in law.GENERAL_TITLES:
        return "nomenclature-6/18-1"
    if title in law.PERIODONTIST_TITLES:
        return "nomenclature-6/18-2"
    if title in law.ORTHODONTIST_TITLES:
        return "nomenclature-6/18-3"
    return "nomenclature-6/18-0"


def is_filling_or_restoration(service: Service) -> bool:
    return service.section == "conservative" and service.kind in law.FILLINGS_AND_RESTORATIONS


def direct_method(service: Service, case: Case) -> Iterator[Finding]:
    """A filling is placed directly and hardens in the mouth (nomenclature-6/4bis-1)."""
    if is_filling_or_restoration(service) and not service.is_one_of(law.INDIRECT_ALLOWED):
        rule, provision = "direct-method", "nomenclature-6/4bis-1"
        if service.direct_method is None:
            yield says(rule, provision, "unchecked", service)
        elif not service.direct_method:
            yield says(rule, provision, "refuse", service)


def not_provisional(service: Service, case: Case) -> Iterator[Finding]:
    """A filling is not provisional (nomenclature-6/4bis-2)."""
    if is_filling_or_restoration(service) and not service.is_one_of(law.PROVISIONAL_ALLOWED):
        rule, provision = "not-provisional", "nomenclature-6/4bis-2"
        if service.provisional is None:
            yield says(rule, provision, "unchecked", service)
        elif service.provisional:
            yield says(rule, provision, "refuse", service)


def treated_faces(service: Service, case: Case) -> Iterator[Finding]:
    """The treated faces are recorded, and as many as the code says (nomenclature-6/4bis-4)."""
    if service.entry is None or service.kind not in law.COUNTED_FILLINGS:
        return
    rule, provision = "treated-faces", "nomenclature-6/4bis-4"
    if service.surfaces is None:
        yield says(rule, provision, "unchecked", service)
    elif service.entry.faces is not None and not faces_fit(
        len(service.surfaces), service.entry.faces
    ):
        yield says(rule, provision, "warn", service)


def faces_fit(recorded: int, faces: int) -> bool:
    """A code of three faces means three or more."""
    return recorded == faces or recorded > faces >= 3


def annual_examination_age(service: Service, case: Case) -> Iterator[Finding]:
    """The annual examination is for those under 60, while the agreement runs (dental-2009/3.2-01).

    A service without a date may fall in that period, so it is unchecked.
    """
    if not service.is_one_of(law.ANNUAL_EXAMINATION):
        return
    rule, provision = "annual-examination-age", "dental-2009/3.2-01"
    if service.day is not None and not is_within(
        service.day, law.ANNUAL_EXAMINATION_FROM, law.ANNUAL_EXAMINATION_TO
    ):
        return
    born = case.folder.patients.get(service.patient_id, {}).get("birth_date")
    if service.day is None or born is None:
        yield says(rule, provision, "unchecked", service)
    elif service.day >= birthday(born, law.ANNUAL_EXAMINATION_AGE):
        yield says(rule, provision, "refuse", service)


def annual_examination_afterwards(service: Service, case: Case) -> Iterator[Finding]:
    """Whether the project outlived its agreement is not settled (dental-2009/3.2-01)."""
    if not service.is_one_of(law.ANNUAL_EXAMINATION) or service.day is None:
        return
    if service.day > law.ANNUAL_EXAMINATION_TO:
        yield says("annual-examination-age", "dental-2009/3.2-01", "warn", service)


def birthday(born: date, age: int) -> date:
    """The birthday at an age; of someone born on 29 February, 1 March in a common year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


# --- rules between services -----------------------------------------------------------------------
# All of them: a service without a date, or without a tooth where teeth are counted, is unchecked
# and takes no part.


def fillings_per_tooth_and_year(service: Service, case: Case) -> Iterator[Finding]:
    """A tooth has at most two fillings in a calendar year (nomenclature-6/4bis-3)."""
    rule, provision = "fillings-per-tooth-and-year", "nomenclature-6/4bis-3"
    if service.kind not in law.COUNTED_FILLINGS:
        return
    if service.tooth is None or service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    same = [
        other
        for other in case.standing
        if other.kind in law.COUNTED_FILLINGS
        and other.tooth == service.tooth
        and other.day is not None
        and other.day.year == service.day.year
    ]
    yield from at_most(law.FILLINGS_PER_TOOTH_AND_YEAR, rule, provision, service, same)


def extraction_once(service: Service, case: Case) -> Iterator[Finding]:
    """A tooth is extracted once, whenever that was (nomenclature-6/3bis-2)."""
    rule, provision = "extraction-once", "nomenclature-6/3bis-2"
    if not is_extraction(service):
        return
    if service.tooth is None or service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    same = extractions_of(service.tooth, case)
    yield from at_most(law.EXTRACTIONS_PER_TOOTH, rule, provision, service, same)


def is_extraction(service: Service) -> bool:
    return service.section == "extraction" and service.kind == "extraction"


def extractions_of(tooth: str, case: Case) -> list[Service]:
    """The standing extractions of a tooth of which the date is known."""
    return [
        other
        for other in case.standing
        if is_extraction(other) and other.tooth == tooth and other.day is not None
    ]


def at_most(
    limit: int, rule: str, provision: str, service: Service, same: Sequence[Service]
) -> Iterator[Finding]:
    """Refuse what goes over a limit; a service that does so alone has nothing to show for it."""
    if sum(other.count for other in same) + service.count <= limit:
        return
    if same:
        yield from refused_by(rule, provision, service, same)
    else:
        yield says(rule, provision, "refuse", service)


def no_conservative_care_after_extraction(service: Service, case: Case) -> Iterator[Finding]:
    """A tooth that is out gets no conservative care any more (nomenclature-6/3bis-2)."""
    rule, provision = "no-conservative-care-after-extraction", "nomenclature-6/3bis-2"
    if service.section != "conservative" or service.needs_tooth == "none":
        return
    if service.tooth is None or service.at is None:
        yield says(rule, provision, "unchecked", service)
        return
    before = [
        extraction
        for extraction in extractions_of(service.tooth, case)
        if order_of_time(extraction) < order_of_time(service)
    ]
    yield from refused_by(rule, provision, service, before)


def no_cumulation_455630(service: Service, case: Case) -> Iterator[Finding]:
    """Four dental pairs are not charged with 455630-455641 (nomenclature-6/17.2-1)."""
    yield from not_together(
        "no-cumulation-455630",
        "nomenclature-6/17.2-1",
        service,
        case,
        lambda one: one.is_one_of(law.NOT_WITH_455630),
        lambda one: one.is_one_of(law.CODES_455630),
    )


def no_cumulation_radiology(service: Service, case: Case) -> Iterator[Finding]:
    """Three pairs are charged with no other radiology, nor each other (nomenclature-6/17.2-2)."""
    yield from not_together(
        "no-cumulation-radiology",
        "nomenclature-6/17.2-2",
        service,
        case,
        lambda one: one.is_one_of(law.NOT_WITH_RADIOLOGY),
        is_radiology,
    )


def is_radiology(service: Service) -> bool:
    """Radiology of articles 5, 17 and 17ter; the three pairs belong to it."""
    return service.is_one_of(law.NOT_WITH_RADIOLOGY) or (
        service.section == "radiography" and service.article in law.RADIOLOGY_ARTICLES
    )


def not_together(
    rule: str,
    provision: str,
    service: Service,
    case: Case,
    of_one: Callable[[Service], bool],
    of_other: Callable[[Service], bool],
) -> Iterator[Finding]:
    """Of two services of one session, one from each set, the later is refused."""
    if not of_one(service) and not of_other(service):
        return
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    against = [
        other
        for other in case.standing
        if other.day is not None
        and other.session == service.session
        and ((of_one(service) and of_other(other)) or (of_other(service) and of_one(other)))
    ]
    yield from refused_by(rule, provision, service, against)


# --- which rule needs what ------------------------------------------------------------------------

Rule = Callable[[Service, Case], Iterator[Finding]]
Need = tuple[str] | tuple[str, str]

TOOTH: Need = ("services", "tooth")

# A rule of which a table or column is absent is not run.
RULES: tuple[tuple[Rule, tuple[Need, ...]], ...] = (
    (known_code, ()),
    (code_in_force, ()),
    (tooth_number, (TOOTH,)),
    (tooth_number_elsewhere, (TOOTH,)),
    (entitlement, (("titles",),)),
    (direct_method, (("services", "direct_method"),)),
    (not_provisional, (("services", "provisional"),)),
    (treated_faces, (("services", "surfaces"),)),
    (annual_examination_age, (("patients", "birth_date"),)),
    (annual_examination_afterwards, ()),
    (fillings_per_tooth_and_year, (TOOTH,)),
    (extraction_once, (TOOTH,)),
    (no_conservative_care_after_extraction, (TOOTH,)),
    (no_cumulation_455630, ()),
    (no_cumulation_radiology, ()),
)

GROUP_RULES: tuple[Rule, ...] = (
    fillings_per_tooth_and_year,
    extraction_once,
    no_conservative_care_after_extraction,
    no_cumulation_455630,
    no_cumulation_radiology,
)


# --- prices ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Price:
    """The amounts of a row, in euro; None is not known. `settled`: what was asked is known."""

    fee_agreed: Decimal | None = None
    fee_maximum: Decimal | None = None
    reimbursement: Decimal | None = None
    settled: bool = False


def price_of(service: Service, folder: Folder, *, refused: bool) -> Price:
    """Unit amounts of the day, times the count; what is refused is not reimbursed."""
    row = fee_row(service, folder)
    if row is None:
        return Price(reimbursement=ZERO if refused else None)
    unit = unit_reimbursement(row, is_preferential(service, folder))
    return Price(
        fee_agreed=times(row["fee"], service.count),
        fee_maximum=times(row.get("maximum_fee"), service.count),
        reimbursement=ZERO if refused else times(unit, service.count),
        settled=row["fee"] is not None and unit is not None,
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
        overcharge=overcharge(service, price),
    )


def less(amount: Decimal | None, other: Decimal | None) -> Decimal | None:
    return None if amount is None or other is None else amount - other


def overcharge(service: Service, price: Price) -> Decimal | None:
    """What was charged above the maximum fee, or above the agreed fee where there is none."""
    if service.fee is None or service.supplement is None or price.fee_agreed is None:
        return None
    bound = price.fee_agreed if price.fee_maximum is None else price.fee_maximum
    return max(ZERO, service.fee + service.supplement - bound)

"""What the rules look at: a service, its folder, and the services that precede it and stand."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]

BRUSSELS = ZoneInfo("Europe/Brussels")


@dataclass(frozen=True, order=True)
class Finding:
    """What a rule says of a service."""

    service_id: str
    rule: str
    provision: str
    severity: str
    evidence_service_id: str | None


def as_bytes(name: str) -> bytes:
    return name.encode("utf-8")


def folded(name: str) -> str:
    """A name without spaces at its ends, and without capitals."""
    return name.strip().lower()


IDS = ("service_id", "attestation_id", "patient_id")
"""What may be written in two ways."""


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
    images: int | None
    valid_from: date | None
    valid_to: date | None


@dataclass(eq=False)
class Service:
    """One line of an attestation. `at` is an instant, `day` and `clock` are of Brussels.

    A day given alone is midnight, and has no `clock`. `declared` is the row, for all the rest.
    """

    id: str
    patient_id: str
    practitioner: str
    code: str
    entry: Code | None
    at: datetime | None
    day: date | None
    clock: time | None
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
    declared: Row
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
    performed: date | datetime | None = row["performed_at"]
    clock = performed.time() if isinstance(performed, datetime) else None
    day = performed.date() if isinstance(performed, datetime) else performed
    count = row.get("count")
    return Service(
        id=row["service_id"],
        patient_id=row["patient_id"],
        practitioner=row["practitioner"],
        code=row["code"],
        entry=nomenclature.get(row["code"]),
        at=instant(datetime.combine(day, clock or time())) if day else None,
        day=day,
        clock=clock,
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
        declared=row,
    )


def instant(local: datetime) -> datetime:
    """The instant of a Brussels time; one that exists twice is the first."""
    return local.replace(tzinfo=BRUSSELS, fold=0).astimezone(UTC)


class Folder:
    """The tables, indexed for looking things up."""

    def __init__(self, tables: Tables, as_of: date = date.max) -> None:
        self.tables = tables
        self.as_of = as_of
        self.nomenclature = {row["code"]: Code(**row) for row in tables["nomenclature"]}
        self.counted: dict[tuple[Any, ...], set[str]] = {}
        self.services: dict[str, list[Service]] = defaultdict(list)
        for row in tables["services"]:
            self.services[row["patient_id"]].append(service_of(row, self.nomenclature))
        self.patients = {row["patient_id"]: row for row in tables.get("patients", ())}
        self.practitioners = {row["practitioner"]: row for row in tables.get("practitioners", ())}
        self.prescriptions = {
            row["prescription_id"]: row for row in tables.get("prescriptions", ())
        }
        self.bridge_days = {row["date"] for row in tables.get("bridge_days", ())}
        self.authorisations = rows_by(tables.get("authorisations", ()), "practitioner")
        self.titles = rows_by(tables.get("titles", ()), "practitioner")
        self.fees = rows_by(tables.get("fees", ()), "code")
        everybody = [service for its in self.services.values() for service in its]
        self.on_attestation: dict[str, list[Service]] = defaultdict(list)
        self.written_alike: dict[tuple[str, str], list[Service]] = defaultdict(list)
        self.given_alike: dict[str, set[str]] = defaultdict(set)
        for patient_id in self.patients:
            self.given_alike[folded(patient_id)].add(patient_id)
        for service in everybody:
            self.on_attestation[service.declared["attestation_id"]].append(service)
            for name in IDS:
                self.written_alike[name, folded(service.declared[name])].append(service)

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

    def born(self, service: Service) -> date | None:
        """The patient's birth date; None where the service is before it, as one is wrong."""
        given = self.birth_date(service)
        return None if given and service.day and given > service.day else given

    def birth_date(self, service: Service) -> date | None:
        """The patient's birth date as it is given."""
        given: date | None = self.folder.patients.get(service.patient_id, {}).get("birth_date")
        return given

    def those_of_the_session(self, service: Service) -> list[Service]:
        """The other services of its session of which the date is known, whatever became of them."""
        return [
            other
            for other in self.folder.services[service.patient_id]
            if other is not service and other.day and other.session == service.session
        ]

    def those_it_goes_with(self, service: Service) -> list[Service]:
        """The service that it names, if the patient has it; else those of its session."""
        named = service.related_service_id
        if named is None:
            return self.those_of_the_session(service)
        services = self.folder.services[service.patient_id]
        return [other for other in services if other.id == named and other.day]

    def stand(self, services: Sequence[Service]) -> list[Service]:
        """Those among some services that precede and stand."""
        return [service for service in services if service in self.standing]


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


def is_within(day: date, first: date | None, last: date | None) -> bool:
    """Whether a day lies in a period of which both ends belong; an end not given is open."""
    return (first is None or first <= day) and (last is None or day <= last)


def birthday(born: date, age: int) -> date:
    """The birthday at an age; of someone born on 29 February, 1 March in a common year."""
    try:
        return born.replace(year=born.year + age)
    except ValueError:
        return date(born.year + age, 3, 1)


def said_of(
    fact: bool | None, wanted: bool, rule: str, provision: str, service: Service
) -> Iterator[Finding]:
    """Refuse what is declared to be otherwise; what is not declared can't be checked."""
    if fact is None:
        yield says(rule, provision, "unchecked", service)
    elif fact is not wanted:
        yield says(rule, provision, "refuse", service)


# --- a rule and what it needs ---------------------------------------------------------------------

Rule = Callable[[Service, Case], Iterator[Finding]]
Need = tuple[str] | tuple[str, str]
Rules = tuple[tuple[Rule, tuple[Need, ...]], ...]

TOOTH: Need = ("services", "tooth")

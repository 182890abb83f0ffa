"""One row, one person, one attestation: what is seen in the rows themselves (contract, 11)."""

from collections.abc import Iterator, Sequence
from typing import Any

from .case import IDS, Case, Finding, Rules, Service, as_bytes, folded, order_of_decision, says


def same_service_twice(service: Service, case: Case) -> Iterator[Finding]:
    """The same practitioner, patient, moment, code and tooth: the first that stands is named."""
    same = [other for other in case.standing if service.at and mark(other) == mark(service)]
    if same:
        first = min(same, key=lambda other: (other.is_new, order_of_decision(other)))
        yield says("same-service-twice", "all/gap", "warn", service, first)


def mark(service: Service) -> tuple[object, ...]:
    return service.practitioner, service.patient_id, service.at, service.code, service.tooth


def before_birth(service: Service, case: Case) -> Iterator[Finding]:
    """A service before its patient's birth: the age is not known, and both days are told."""
    born = case.birth_date(service)
    if born and service.day and service.day < born:
        yield says("age-known", "all/gap", "unchecked", service)
        yield says("not-before-birth", "all/gap", "warn", service)


def after_check(service: Service, case: Case) -> Iterator[Finding]:
    """A service after the day of the check: both days are told."""
    if service.day and service.day > case.folder.as_of:
        yield says("not-after-check", "all/gap", "warn", service)


def one_attestation(service: Service, case: Case) -> Iterator[Finding]:
    """An attestation has one patient and one practitioner; another seen before is told."""
    of_it = case.folder.on_attestation[service.declared["attestation_id"]]
    on_it = earlier(service, of_it)
    for mine, others in (
        (service.patient_id, {other.patient_id for other in on_it}),
        (service.practitioner, {other.practitioner for other in on_it}),
    ):
        if others - {mine}:
            yield says("one-attestation", "all/gap", "warn", service)


def ids_alike(service: Service, case: Case) -> Iterator[Finding]:
    """Ids that differ by spaces at an end or by capitals from one given, or seen before."""
    for name in IDS:
        mine = service.declared[name]
        before = earlier(service, case.folder.written_alike[name, folded(mine)])
        given = case.folder.given_alike[folded(mine)] if name == "patient_id" else set()
        if (given | {other.declared[name] for other in before}) - {mine}:
            yield says("ids-alike", "all/gap", "warn", service)


def earlier(service: Service, others: Sequence[Service]) -> list[Service]:
    """Those, whosever they are and refused or not, that were seen before."""
    return [other for other in others if order_of_sight(other) < order_of_sight(service)]


def order_of_sight(service: Service) -> tuple[Any, ...]:
    """History first; by the moment, those without one last; then by id."""
    at = (1,) if service.at is None else (0, service.at)
    return service.is_new, at, as_bytes(service.id)


RULES: Rules = (
    (same_service_twice, ()),
    (before_birth, (("patients", "birth_date"),)),
    (after_check, ()),
    (one_attestation, ()),
    (ids_alike, ()),
)

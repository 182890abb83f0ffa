"""One row, one person, one attestation: what is seen in the rows themselves (contract, 11)."""

from collections.abc import Iterator

from .case import Case, Finding, Rules, Service, order_of_decision, says


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


RULES: Rules = (
    (same_service_twice, ()),
    (before_birth, (("patients", "birth_date"),)),
)

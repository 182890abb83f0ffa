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


RULES: Rules = ((same_service_twice, ()),)

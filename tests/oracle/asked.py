"""What can be asked of a service at all: of its article, and of who attests it (contract, 10)."""

from collections.abc import Iterator

from . import law
from .care import permits
from .case import Case, Finding, Rules, Service, is_within, says


def not_covered(service: Service, case: Case) -> Iterator[Finding]:
    """Of an article for which no application rules are held, nothing is known (all/gap)."""
    if service.entry is not None and not is_covered(service):
        yield says("not-covered", "all/gap", "unchecked", service)


def is_covered(service: Service) -> bool:
    if service.article not in law.COVERED:
        return False
    first, last = law.COVERED[service.article]
    return service.day is None or is_within(service.day, first, last)


def profession(service: Service, case: Case) -> Iterator[Finding]:
    """No title of the profession that the number tells permits the service (18-0)."""
    if service.article != "5":
        return
    titles = law.TITLES_OF.get(service.practitioner[0])
    if titles is None:
        yield says("profession", "nomenclature-6/18-0", "unchecked", service)
    elif not any(permits(title, service) for title in titles):
        yield says("profession", "nomenclature-6/18-0", "refuse", service)


RULES: Rules = ((not_covered, ()), (profession, ()))

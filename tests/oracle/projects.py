"""The projects of 2009, while their agreement runs, and conditions that no source prints.

(dental-2009/3.2, nomenclature-6/2bis and 3bis-1)
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from . import law
from .care import at_most
from .case import TOOTH, Case, Finding, Need, Rule, Rules, Service, birthday, says

Concerns = Callable[[Service], bool]
Fits = Callable[[Service, Case], bool | None]


@dataclass(frozen=True)
class Project:
    """A condition on some services. `fits`: whether a dated service meets it; None, not known."""

    rule: str
    provision: str
    concerns: Concerns
    fits: Fits
    needs: tuple[Need, ...] = ()

    def while_it_runs(self, service: Service, case: Case) -> Iterator[Finding]:
        """A service without a date may be of that time, so it can't be checked."""
        if not self.concerns(service):
            return
        if service.day is None:
            yield says(self.rule, self.provision, "unchecked", service)
        elif law.PROJECTS_FROM <= service.day <= law.PROJECTS_TO:
            fits = self.fits(service, case)
            if fits is None:
                yield says(self.rule, self.provision, "unchecked", service)
            elif not fits:
                yield says(self.rule, self.provision, "refuse", service)

    def afterwards(self, service: Service, case: Case) -> Iterator[Finding]:
        """Whether the project outlived its agreement is not settled."""
        if self.concerns(service) and service.day is not None and service.day > law.PROJECTS_TO:
            yield says(self.rule, self.provision, "warn", service)


# --- what is asked --------------------------------------------------------------------------------


def aged(first: int | None, last: int | None) -> Fits:
    """From one birthday, that day included, up to another, that day excluded."""

    def fits(service: Service, case: Case) -> bool | None:
        born = case.born(service)
        if born is None or service.day is None:
            return None
        old_enough = first is None or service.day >= birthday(born, first)
        return old_enough and (last is None or service.day < birthday(born, last))

    return fits


def declares(fact: str) -> Fits:
    def fits(service: Service, case: Case) -> bool | None:
        declared: bool | None = service.declared[fact]
        return declared

    return fits


def on_one_of(teeth: frozenset[str]) -> Fits:
    def fits(service: Service, case: Case) -> bool | None:
        return None if service.tooth is None else service.tooth in teeth

    return fits


def young_old_or_a_case(service: Service, case: Case) -> bool | None:
    """Under 18, or 60 and over, or a medical case whatever the age."""
    medical_case: bool | None = service.declared["medical_case"]
    between = aged(18, 60)(service, case)
    if between is False or medical_case is True:
        return True
    if between is None or medical_case is None:
        return None
    return False


def with_an_extraction(service: Service, case: Case) -> bool | None:
    """In the session of an extraction, or of the removal of a root, that stands."""
    return any(
        other.section == "extraction" and other.kind in ("extraction", "root-removal")
        for other in case.stand(case.those_of_the_session(service))
    )


# --- the projects ---------------------------------------------------------------------------------

BIRTH_DATE: Need = ("patients", "birth_date")


def of_kind(*kinds: str) -> Concerns:
    return lambda service: service.kind in kinds


def is_implant(service: Service) -> bool:
    return service.section == "implant"


def counts_as_implant(service: Service) -> bool:
    return is_implant(service) and service.kind != "anchoring"


def two_implants(service: Service, case: Case) -> Iterator[Finding]:
    """Two for a patient, whenever they were placed; a third is refused while the project runs."""
    rule, provision = "two-implants", "dental-2009/3.2-05"
    if not counts_as_implant(service):
        return
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
    elif service.day > law.PROJECTS_TO:
        yield says(rule, provision, "warn", service)
    elif service.day >= law.PROJECTS_FROM:
        same = [one for one in case.standing if counts_as_implant(one) and one.day is not None]
        yield from at_most(law.IMPLANTS, rule, provision, service, same)


PROJECTS = (
    Project(
        "annual-examination-age",
        "dental-2009/3.2-01",
        lambda service: service.is_one_of(law.ANNUAL_EXAMINATION),
        aged(None, 60),
        (BIRTH_DATE,),
    ),
    Project(
        "extraction-age",
        "dental-2009/3.2-02",
        lambda service: service.is_one_of(law.EXTRACTIONS_UP_TO_18),
        aged(None, 18),
        (BIRTH_DATE,),
    ),
    Project(
        "pulpotomy-and-sealing-age",
        "dental-2009/3.2-02",
        of_kind("pulpotomy", "sealing"),
        aged(None, 18),
        (BIRTH_DATE,),
    ),
    Project(
        "suture-case",
        "dental-2009/3.2-03",
        of_kind("suture"),
        young_old_or_a_case,
        (BIRTH_DATE, ("services", "medical_case")),
    ),
    Project("suture-session", "dental-2009/3.2-03", of_kind("suture"), with_an_extraction),
    Project(
        "prefabricated-crown-age",
        "dental-2009/3.2-04",
        of_kind("prefabricated-crown"),
        aged(None, 18),
        (BIRTH_DATE,),
    ),
    Project(
        "prefabricated-crown-tooth",
        "dental-2009/3.2-04",
        of_kind("prefabricated-crown"),
        on_one_of(law.DECIDUOUS_MOLARS | law.FIRST_PERMANENT_MOLARS),
        (TOOTH,),
    ),
    Project("implant-age", "dental-2009/3.2-05", is_implant, aged(70, None), (BIRTH_DATE,)),
    Project(
        "implant-denture",
        "dental-2009/3.2-05",
        is_implant,
        declares("existing_denture"),
        (("services", "existing_denture"),),
    ),
    Project(
        "implant-lower-jaw",
        "dental-2009/3.2-05",
        is_implant,
        on_one_of(law.LOWER_JAW),
        (TOOTH,),
    ),
    Project(
        "scaling-age",
        "dental-2009/3.2-06",
        of_kind("subgingival-scaling"),
        aged(18, 40),
        (BIRTH_DATE,),
    ),
    Project(
        "scaling-anaesthesia",
        "dental-2009/3.2-06",
        of_kind("subgingival-scaling"),
        declares("local_anaesthesia"),
        (("services", "local_anaesthesia"),),
    ),
)


# --- conditions that no source prints -------------------------------------------------------------


def conditional_attestation(service: Service, case: Case) -> Iterator[Finding]:
    """The text leaves the condition out (2bis)."""
    if service.is_one_of(law.CONDITIONAL_ATTESTATION):
        yield says("conditional-attestation", "nomenclature-6/2bis", "warn", service)


def conditional_extraction(service: Service, case: Case) -> Iterator[Finding]:
    """The text leaves the circumstances out (3bis-1)."""
    if service.is_one_of(law.CONDITIONAL_EXTRACTION):
        yield says("conditional-extraction", "nomenclature-6/3bis-1", "warn", service)


def _rules() -> Iterator[tuple[Rule, tuple[Need, ...]]]:
    yield conditional_attestation, ()
    yield conditional_extraction, ()
    yield two_implants, ()
    for project in PROJECTS:
        yield project.while_it_runs, project.needs
        yield project.afterwards, ()


RULES: Rules = tuple(_rules())

"""Codes, titles, teeth and fillings: the rules of any dental care (nomenclature-6, all)."""

from collections.abc import Iterator, Sequence

from . import law
from .case import TOOTH, Case, Finding, Rules, Service, is_within, order_of_time, refused_by, says


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


def tooth_number(service: Service, case: Case) -> Iterator[Finding]:
    """A service that is bound to a tooth names it (all/tooth)."""
    if service.needs_tooth == "required" and service.tooth is None:
        yield says("tooth-number", "all/tooth", "refuse", service)


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


def restoration_of_unstated_kind(service: Service, case: Case) -> Iterator[Finding]:
    """Nobody says whether one of no stated kind is counted; it is not (nomenclature-6/4bis-3)."""
    if service.section == "conservative" and service.kind == "restoration":
        rule = "restoration-of-unstated-kind"
        yield says(rule, "nomenclature-6/4bis-3", "warn", service)


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


# --- which rule needs what ------------------------------------------------------------------------

RULES: Rules = (
    (known_code, ()),
    (code_in_force, ()),
    (tooth_number, (TOOTH,)),
    (entitlement, (("titles",),)),
    (direct_method, (("services", "direct_method"),)),
    (not_provisional, (("services", "provisional"),)),
    (restoration_of_unstated_kind, ()),
    (treated_faces, (("services", "surfaces"),)),
    (fillings_per_tooth_and_year, (TOOTH,)),
    (extraction_once, (TOOTH,)),
    (no_conservative_care_after_extraction, (TOOTH,)),
)

"""Radiography: by whom, what, on whose prescription, with what else (nomenclature-6, §17)."""

from collections.abc import Callable, Iterator
from dataclasses import replace

from . import law
from .case import (
    Case,
    Finding,
    Need,
    Row,
    Rules,
    Service,
    birthday,
    is_within,
    refused_by,
    said_of,
    says,
)


def is_dental_radiography(service: Service) -> bool:
    return service.article == "5" and service.section == "radiography"


# --- who, and how many ----------------------------------------------------------------------------


def radiography_authorisation(service: Service, case: Case) -> Iterator[Finding]:
    """Each of three authorisations holds on the day (17.1-1)."""
    if not is_dental_radiography(service):
        return
    rule, provision = "radiography-authorisation", "nomenclature-6/17.1-1"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    held = {
        row["kind"]
        for row in case.folder.authorisations.get(service.practitioner, [])
        if is_within(service.day, row["valid_from"], row["valid_to"])
    }
    for _ in law.XRAY_AUTHORISATIONS - held:
        yield says(rule, provision, "refuse", service)


def images_minimum(service: Service, case: Case) -> Iterator[Finding]:
    """A code that states a number of images asks at least so many (17.1-2)."""
    if service.entry is None or service.entry.images is None or not is_dental_radiography(service):
        return
    images = service.declared["images"]
    enough = None if images is None else images >= service.entry.images
    yield from said_of(enough, True, "images-minimum", "nomenclature-6/17.1-2", service)


def digital_data_kept(service: Service, case: Case) -> Iterator[Finding]:
    """Of three pairs the digital data are kept (17.1-3)."""
    if service.is_one_of(law.DIGITAL_DATA_KEPT):
        kept = service.declared["digital_data_kept"]
        yield from said_of(kept, True, "digital-data-kept", "nomenclature-6/17.1-3", service)


def radiography_establishment(service: Service, case: Case) -> Iterator[Finding]:
    """The establishment may be operated, where the table knows of any such proof (17.1-1)."""
    yield from _of_the_establishment("radiography-establishment", service, case)


def radiography_establishment_control(service: Service, case: Case) -> Iterator[Finding]:
    """The establishment was controlled, where the table knows of any such proof (17.1-1)."""
    yield from _of_the_establishment("radiography-establishment-control", service, case)


def _of_the_establishment(rule: str, service: Service, case: Case) -> Iterator[Finding]:
    proof = law.PROOFS_OF_THE_ESTABLISHMENT[rule]
    rows = [row for each in case.folder.authorisations.values() for row in each]
    if not is_dental_radiography(service) or proof not in {row["kind"] for row in rows}:
        return
    if service.day is None:
        yield says(rule, "nomenclature-6/17.1-1", "unchecked", service)
        return
    held = [
        row
        for row in case.folder.authorisations.get(service.practitioner, [])
        if row["kind"] == proof and is_within(service.day, row["valid_from"], row["valid_to"])
    ]
    if not held:
        yield says(rule, "nomenclature-6/17.1-1", "refuse", service)


# --- together -------------------------------------------------------------------------------------


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
    """Radiology of articles 5, 17 and 17ter; the three pairs belong to it.

    Articles 17 and 17ter hold nothing else; of article 5 it is what is called so.
    """
    of_article_5 = service.article == "5" and service.section in law.RADIOLOGY_SECTIONS
    return (
        service.is_one_of(law.NOT_WITH_RADIOLOGY)
        or of_article_5
        or service.article in law.ARTICLES_OF_RADIOLOGY
    )


def no_cumulation_unknown_article(service: Service, case: Case) -> Iterator[Finding]:
    """Radiology of an unknown article beside one of the three pairs: nobody can tell (17.2-2)."""
    for finding in not_together(
        "no-cumulation-unknown-article",
        "nomenclature-6/17.2-2",
        service,
        case,
        lambda one: one.is_one_of(law.NOT_WITH_RADIOLOGY),
        lambda one: (
            one.entry is not None and one.article is None and one.section in law.RADIOLOGY_SECTIONS
        ),
    ):
        yield replace(finding, severity="unchecked")


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


# --- on prescription ------------------------------------------------------------------------------


def is_prescribed(service: Service) -> bool:
    return is_dental_radiography(service) and service.declared["prescription_id"] is not None


def prescription_of(service: Service, case: Case) -> Row | None:
    """The prescription that the service carries out, if the folder has it."""
    if not is_prescribed(service):
        return None
    return case.folder.prescriptions.get(service.declared["prescription_id"])


def prescription_known(service: Service, case: Case) -> Iterator[Finding]:
    """What is prescribed can be checked if the prescription is there (17.3-2)."""
    if is_prescribed(service) and prescription_of(service, case) is None:
        yield says("prescription-known", "nomenclature-6/17.3-2", "unchecked", service)


def prescription_prescriber(service: Service, case: Case) -> Iterator[Finding]:
    """A dental practitioner prescribes, whose number begins with 3 (17.3-1).

    A doctor may be a dental practitioner too, which the number does not tell.
    """
    prescription = prescription_of(service, case)
    if prescription is None:
        return
    rule, provision = "prescription-prescriber", "nomenclature-6/17.3-1"
    number = prescription["prescriber"]
    if number is None or number.startswith("1"):
        yield says(rule, provision, "unchecked", service)
    elif not number.startswith("3"):
        yield says(rule, provision, "refuse", service)


def prescription_in_treatment(service: Service, case: Case) -> Iterator[Finding]:
    """The prescriber has the patient in treatment (17.3-1)."""
    prescription = prescription_of(service, case)
    if prescription is not None:
        fact = prescription["in_treatment"]
        rule = "prescription-in-treatment"
        yield from said_of(fact, True, rule, "nomenclature-6/17.3-1", service)


def prescription_prescriber_number(service: Service, case: Case) -> Iterator[Finding]:
    """The prescriber's number stands on it (17.3-2)."""
    prescription = prescription_of(service, case)
    if prescription is not None and prescription["prescriber"] is None:
        rule = "prescription-prescriber-number"
        yield says(rule, "nomenclature-6/17.3-2", "refuse", service)


def prescription_patient(service: Service, case: Case) -> Iterator[Finding]:
    """It names no other patient (contract, point 11)."""
    prescription = prescription_of(service, case)
    if prescription is not None and prescription["patient_id"] not in (None, service.patient_id):
        yield says("prescription-patient", "nomenclature-6/17.3-2", "refuse", service)


def prescription_birth_date(service: Service, case: Case) -> Iterator[Finding]:
    """The birth date on it is the patient's, or nobody can tell whose it is (point 11)."""
    prescription = prescription_of(service, case)
    if prescription is None or prescription["patient_birth_date"] is None:
        return
    if prescription["patient_birth_date"] != case.birth_date(service):
        yield says("prescription-birth-date", "nomenclature-6/17.3-2", "unchecked", service)


def prescription_day(service: Service, case: Case) -> Iterator[Finding]:
    """It was not written after the service (point 11)."""
    prescription = prescription_of(service, case)
    if prescription is None or prescription["prescribed_on"] is None:
        return
    if service.day is None or service.day < prescription["prescribed_on"]:
        yield says("prescription-day", "nomenclature-6/17.3-2", "unchecked", service)


def most_indicated_examination(service: Service, case: Case) -> Iterator[Finding]:
    """Declared not to be the most indicated one, it is refused (17.3-3)."""
    if is_prescribed(service) and service.declared["most_indicated"] is False:
        yield says("most-indicated-examination", "nomenclature-6/17.3-3", "refuse", service)


def substitution_explained(service: Service, case: Case) -> Iterator[Finding]:
    """Another examination than proposed, which the report does not explain (17.3-3)."""
    if is_prescribed(service) and service.declared["substitution_explained"] is False:
        yield says("substitution-explained", "nomenclature-6/17.3-3", "refuse", service)


def prescription_contents(service: Service, case: Case) -> Iterator[Finding]:
    """A prescription says all that it must, and is signed (17.3-2)."""
    prescription = prescription_of(service, case)
    if prescription is None:
        return
    lacking = [item for item in law.PRESCRIPTION_ITEMS if prescription[item] is None]
    if lacking or not prescription["signed"]:
        yield says("prescription-contents", "nomenclature-6/17.3-2", "refuse", service)


def prescription_form(service: Service, case: Case) -> Iterator[Finding]:
    """It is on the form of the model (17.3-2)."""
    prescription = prescription_of(service, case)
    if prescription is not None:
        fact = prescription["model_form"]
        yield from said_of(fact, True, "prescription-form", "nomenclature-6/17.3-2", service)


def report_kept(service: Service, case: Case) -> Iterator[Finding]:
    """A written report of what was prescribed is kept (17.3-3)."""
    if is_prescribed(service):
        report = service.declared["report"]
        yield from said_of(report, True, "report-kept", "nomenclature-6/17.3-3", service)


# --- panoramic images -----------------------------------------------------------------------------

PANORAMIC = "nomenclature-6/17.4"


def panoramic_examined(service: Service, case: Case) -> Iterator[Finding]:
    """A clinical examination came first (17.4)."""
    if service.kind == "panoramic":
        fact = service.declared["examined"]
        yield from said_of(fact, True, "panoramic-examined", PANORAMIC, service)


def panoramic_earlier_images(service: Service, case: Case) -> Iterator[Finding]:
    """Earlier images do not suffice (17.4)."""
    if service.kind == "panoramic":
        earlier = service.declared["earlier_images"]
        suffice = None if earlier is None else earlier == "sufficient"
        yield from said_of(suffice, False, "panoramic-earlier-images", PANORAMIC, service)


def panoramic_justification(service: Service, case: Case) -> Iterator[Finding]:
    """It is said why it is made (17.4)."""
    if service.kind == "panoramic" and service.declared["justification"] is None:
        yield says("panoramic-justification", PANORAMIC, "refuse", service)


def panoramic_pregnancy(service: Service, case: Case) -> Iterator[Finding]:
    """Restraint is asked in pregnancy, of those who can be pregnant, and no more (17.4)."""
    if service.kind != "panoramic" or not service.declared["pregnant"]:
        return
    first, last = law.AGES_OF_PREGNANCY
    born = case.born(service)
    if case.folder.patients.get(service.patient_id, {}).get("sex") == "male":
        return
    if born and service.day and not birthday(born, first) <= service.day < birthday(born, last):
        return
    yield says("panoramic-pregnancy", PANORAMIC, "warn", service)


# --- which rule needs what ------------------------------------------------------------------------

PRESCRIBED: Need = ("services", "prescription_id")
PRESCRIPTIONS: Need = ("prescriptions",)

RULES: Rules = (
    (radiography_authorisation, (("authorisations",),)),
    (radiography_establishment, (("authorisations",),)),
    (radiography_establishment_control, (("authorisations",),)),
    (images_minimum, (("services", "images"),)),
    (digital_data_kept, (("services", "digital_data_kept"),)),
    (no_cumulation_455630, ()),
    (no_cumulation_radiology, ()),
    (no_cumulation_unknown_article, ()),
    (prescription_known, (PRESCRIBED, PRESCRIPTIONS)),
    (prescription_prescriber, (PRESCRIBED, ("prescriptions", "prescriber"))),
    (prescription_in_treatment, (PRESCRIBED, ("prescriptions", "in_treatment"))),
    (
        prescription_contents,
        (
            PRESCRIBED,
            *(("prescriptions", item) for item in law.PRESCRIPTION_ITEMS),
            ("prescriptions", "signed"),
        ),
    ),
    (prescription_prescriber_number, (PRESCRIBED, ("prescriptions", "prescriber"))),
    (prescription_patient, (PRESCRIBED, ("prescriptions", "patient_id"))),
    (
        prescription_birth_date,
        (PRESCRIBED, ("prescriptions", "patient_birth_date"), ("patients", "birth_date")),
    ),
    (prescription_day, (PRESCRIBED, ("prescriptions", "prescribed_on"))),
    (most_indicated_examination, (PRESCRIBED, ("services", "most_indicated"))),
    (substitution_explained, (PRESCRIBED, ("services", "substitution_explained"))),
    (prescription_form, (PRESCRIBED, ("prescriptions", "model_form"))),
    (report_kept, (PRESCRIBED, ("services", "report"))),
    (panoramic_examined, (("services", "examined"),)),
    (panoramic_earlier_images, (("services", "earlier_images"),)),
    (panoramic_justification, (("services", "justification"),)),
    (panoramic_pregnancy, (("services", "pregnant"),)),
)

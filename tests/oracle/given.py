"""Rules of which the sources leave something to input, as `tests/law/given` makes it up.

(dental-2009/3.2-02, medical-2020/6.5 and 6.6, nomenclature-6/17.4)
"""

from collections.abc import Iterator
from decimal import Decimal

from . import law
from .care import at_most
from .case import Case, Finding, Folder, Need, Row, Rules, Service, birthday, says
from .radiography import PANORAMIC, not_together

# --- no patient share -----------------------------------------------------------------------------


def is_without_share(service: Service, folder: Folder) -> bool | None:
    """Whether the patient, by the age on the day, has no share of the fee; None, not known."""
    if service.day is None or not service.is_one_of(law.WITHOUT_PATIENT_SHARE):
        return False
    if not law.PROJECTS_FROM <= service.day <= law.PROJECTS_TO:
        return False
    born = folder.patients.get(service.patient_id, {}).get("birth_date")
    if born is None or born > service.day:
        return None
    return birthday(born, 15) <= service.day < birthday(born, 18)


def no_patient_share(
    service: Service, folder: Folder, row: Row | None, usual: Decimal | None
) -> Iterator[Finding]:
    """A warning where the age is not known, and the share depends on it (3.2-02)."""
    if row is None or row["fee"] is None or usual == row["fee"]:
        return
    if is_without_share(service, folder) is None:
        yield says("no-patient-share", "dental-2009/3.2-02", "warn", service)


def no_patient_share_afterwards(service: Service, case: Case) -> Iterator[Finding]:
    """Whether the project outlived its agreement is not settled."""
    listed = service.is_one_of(law.WITHOUT_PATIENT_SHARE)
    if listed and service.day is not None and service.day > law.PROJECTS_TO:
        yield says("no-patient-share", "dental-2009/3.2-02", "warn", service)


# --- medical-2020 ---------------------------------------------------------------------------------


def ecg_a_day(service: Service, case: Case) -> Iterator[Finding]:
    """Two electrocardiograms of a patient a day (6.5)."""
    rule, provision = "ecg-a-day", "medical-2020/6.5"
    if service.kind != "electrocardiogram":
        return
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
    elif law.ECG_FROM <= service.day <= law.ECG_TO:
        same = [
            other
            for other in case.standing
            if other.kind == "electrocardiogram" and other.day == service.day
        ]
        yield from at_most(law.ECG_A_DAY, rule, provision, service, same)


def article_34_cumulations(service: Service, case: Case) -> Iterator[Finding]:
    """No catheter with an angiography in one session (6.6)."""
    if service.day is not None and service.day < law.ARTICLE_34_FROM:
        return
    yield from not_together(
        "article-34-cumulations",
        "medical-2020/6.6",
        service,
        case,
        lambda one: one.article == "34" and one.kind == "catheter",
        lambda one: one.article == "34" and one.kind == "angiography",
    )


# --- restraint ------------------------------------------------------------------------------------


def panoramic_child(service: Service, case: Case) -> Iterator[Finding]:
    """Before the 12th birthday, from 2031 on: a warning (17.4)."""
    if service.kind != "panoramic":
        return
    if service.day is not None and service.day < law.RESTRAINT_FROM:
        return
    born = case.born(service)
    if service.day is not None and born is not None and service.day < birthday(born, 12):
        yield says("panoramic-child", PANORAMIC, "warn", service)


BIRTH_DATE: Need = ("patients", "birth_date")

RULES: Rules = (
    (no_patient_share_afterwards, ()),
    (ecg_a_day, ()),
    (article_34_cumulations, ()),
    (panoramic_child, (BIRTH_DATE,)),
)

"""Urgent supplements: at which hours, with which services, and by whom (nomenclature-6, §2ter)."""

from collections.abc import Callable, Iterator
from datetime import date, time, timedelta

from . import law
from .case import Case, Finding, Rules, Service, is_within, refused_by, said_of, says


def is_supplement(service: Service) -> bool:
    return service.section == "urgent-supplement"


# --- when -----------------------------------------------------------------------------------------


def supplement_hours(service: Service, case: Case) -> Iterator[Finding]:
    """At night, on a Saturday, Sunday or holiday, or on duty on a bridge day (2ter-1, 2ter-10)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-hours", "nomenclature-6/2ter-1"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    if is_at_rest(service.day) or (service.clock is not None and is_night(service.clock)):
        return
    # Only a bridge day could save it now, or the hour where it is not known.
    saved = saved_by_duty(service, case.folder.bridge_days if has_bridge_days(case) else None)
    if saved:
        return
    if saved is None or service.clock is None:
        yield says(rule, provision, "unchecked", service)
    elif service.day in case.folder.bridge_days:
        yield says(rule, "nomenclature-6/2ter-10", "refuse", service)
    else:
        yield says(rule, provision, "refuse", service)


def has_bridge_days(case: Case) -> bool:
    return case.folder.has("bridge_days")


def saved_by_duty(service: Service, bridge_days: set[date] | None) -> bool | None:
    """Whether it is done on duty on a bridge day; None where that is not known."""
    duty: bool | None = service.declared.get("duty")
    if duty is False:
        return False
    if bridge_days is None:
        return None
    return duty if service.day in bridge_days else False


def is_night(clock: time) -> bool:
    """From 21:00 to 8:00; the latter is day."""
    return clock >= law.NIGHT_BEGINS or clock < law.NIGHT_ENDS


def is_at_rest(day: date) -> bool:
    """Saturday, Sunday, or one of the ten holidays."""
    return day.isoweekday() in (6, 7) or day in holidays_of(day.year)


def holidays_of(year: int) -> set[date]:
    """The holidays of a year: seven on the same date each year, three after Easter."""
    easter = law.EASTER[year]
    fixed = {date(year, month, day) for month, day in law.FIXED_HOLIDAYS}
    return fixed | {easter + timedelta(days=days) for days in law.DAYS_AFTER_EASTER}


# --- why and by whom ------------------------------------------------------------------------------


def urgency_is_real(service: Service, case: Case) -> Iterator[Finding]:
    """The state of the patient requires it at that hour (2ter-4)."""
    if is_supplement(service):
        urgent = service.declared["urgent"]
        yield from said_of(urgent, True, "urgency-is-real", "nomenclature-6/2ter-4", service)


def no_particular_requirement(service: Service, case: Case) -> Iterator[Finding]:
    """It is not done because the patient wanted it so (2ter-4)."""
    if is_supplement(service) and service.declared["requirement"] is not None:
        yield says("no-particular-requirement", "nomenclature-6/2ter-4", "refuse", service)


def public_offer(service: Service, case: Case) -> Iterator[Finding]:
    """Not outside duty by who offers the public care at those hours (2ter-8)."""
    if not is_supplement(service):
        return
    practitioner = case.folder.practitioners.get(service.practitioner, {})
    offer = practitioner.get("public_offer_covers_duty_hours")
    duty = service.declared["duty"]
    if offer is False or duty is True:
        return
    severity = "unchecked" if offer is None or duty is None else "refuse"
    yield says("public-offer", "nomenclature-6/2ter-8", severity, service)


# --- what it goes with ----------------------------------------------------------------------------


def supplement_goes_with(service: Service, case: Case) -> Iterator[Finding]:
    """There is no supplement without a service that it supplements (2ter-5)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-goes-with", "nomenclature-6/2ter-5"
    supplemented = [
        other for other in case.those_it_goes_with(service) if can_be_supplemented(other)
    ]
    if service.day is None or not supplemented:
        yield says(rule, provision, "unchecked", service)
    elif not case.stand(supplemented):
        yield says(rule, provision, "refuse", service)


def can_be_supplemented(service: Service) -> bool:
    return service.entry is not None and not is_supplement(service)


def is_radiology_without_supplement(service: Service) -> bool:
    """Of the radiology of article 5, a list only gives a supplement (2ter-6)."""
    return (
        service.article == "5"
        and service.section == "radiography"
        and not service.is_one_of(law.RADIOLOGY_WITH_SUPPLEMENT)
    )


def is_article_14_without_supplement(service: Service) -> bool:
    """Of article 14 l), what is printed with a plus only gives a supplement (2ter-7)."""
    return service.article == "14 l)" and service.kind != "plus"


def is_under_a_heading_without_supplement(service: Service) -> bool:
    """Prevention, removable dentures and periodontology give no supplement (2ter-9)."""
    return service.section in law.HEADINGS_WITHOUT_SUPPLEMENT


EXCLUDED: tuple[Callable[[Service], bool], ...] = (
    is_radiology_without_supplement,
    is_article_14_without_supplement,
    is_under_a_heading_without_supplement,
)


def supplement_radiology(service: Service, case: Case) -> Iterator[Finding]:
    yield from not_on_these_alone(
        "supplement-radiology",
        "nomenclature-6/2ter-6",
        service,
        case,
        is_radiology_without_supplement,
    )


def supplement_article_14(service: Service, case: Case) -> Iterator[Finding]:
    yield from not_on_these_alone(
        "supplement-article-14",
        "nomenclature-6/2ter-7",
        service,
        case,
        is_article_14_without_supplement,
    )


def supplement_article_14_title(service: Service, case: Case) -> Iterator[Finding]:
    """A plus alone gives one to a dentist by title, or to a candidate for the title (2ter-7)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-article-14-title", "nomenclature-6/2ter-7"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    standing = case.stand(case.those_it_goes_with(service))
    with_plus = [one for one in standing if one.article == "14 l)" and one.kind == "plus"]
    holds = [has_dental_title(one, case) for one in with_plus]
    if any(holds) or any(
        can_be_supplemented(other)
        and other not in with_plus
        and not any(out(other) for out in EXCLUDED)
        for other in standing
    ):
        return
    if None in holds:
        yield says(rule, provision, "unchecked", service)
    else:
        yield from refused_by(rule, provision, service, with_plus)


def has_dental_title(service: Service, case: Case) -> bool | None:
    """Whether who performed it held one of the titles that day; None without any on record."""
    titles = case.folder.titles.get(service.practitioner)
    if not titles or service.day is None:
        return None
    return any(
        row["title"] in law.TITLES_WITH_SUPPLEMENT
        and is_within(service.day, row["valid_from"], row["valid_to"])
        for row in titles
    )


def supplement_headings(service: Service, case: Case) -> Iterator[Finding]:
    yield from not_on_these_alone(
        "supplement-headings",
        "nomenclature-6/2ter-9",
        service,
        case,
        is_under_a_heading_without_supplement,
    )


def not_on_these_alone(
    rule: str,
    provision: str,
    service: Service,
    case: Case,
    excluded: Callable[[Service], bool],
) -> Iterator[Finding]:
    """Refuse a supplement that goes with excluded services, and with none that gives one."""
    if not is_supplement(service):
        return
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    standing = [
        other
        for other in case.stand(case.those_it_goes_with(service))
        if can_be_supplemented(other)
    ]
    gives_one = any(not any(out(other) for out in EXCLUDED) for other in standing)
    if not gives_one:
        barring = [other for other in standing if excluded(other)]
        yield from refused_by(rule, provision, service, barring)


RULES: Rules = (
    (supplement_hours, ()),
    (urgency_is_real, (("services", "urgent"),)),
    (no_particular_requirement, (("services", "requirement"),)),
    (
        public_offer,
        (("services", "duty"), ("practitioners", "public_offer_covers_duty_hours")),
    ),
    (supplement_goes_with, ()),
    (supplement_radiology, ()),
    (supplement_article_14, ()),
    (supplement_article_14_title, (("titles",),)),
    (supplement_headings, ()),
)

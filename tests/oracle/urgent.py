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
    """Of article 14 l), what is printed with a plus only gives a supplement, save one (2ter-7)."""
    if service.article != "14 l)":
        return False
    return service.is_one_of(law.EXCEPTED_FROM_ARTICLE_14) or service.kind not in ("plus", None)


def may_bear_the_sign(service: Service) -> bool:
    """Whether nobody says if it is printed with a plus."""
    return (
        service.article == "14 l)"
        and service.kind is None
        and not service.is_one_of(law.EXCEPTED_FROM_ARTICLE_14)
    )


def bears_the_sign(service: Service) -> bool:
    return (
        service.article == "14 l)"
        and service.kind == "plus"
        and not service.is_one_of(law.EXCEPTED_FROM_ARTICLE_14)
    )


def is_under_a_heading_without_supplement(service: Service) -> bool:
    """Prevention, removable dentures and periodontology give no supplement (2ter-9)."""
    return service.section in law.HEADINGS_WITHOUT_SUPPLEMENT


Excluded = Callable[[Service], bool]


def is_technical(supplement: Service) -> bool:
    """The text speaks of headings for technical services, not for consultations (2ter-9)."""
    return supplement.kind != "consultation-supplement"


def excluded_for(supplement: Service) -> tuple[Excluded, ...]:
    """What gives no supplement of this sort."""
    always = (is_radiology_without_supplement, is_article_14_without_supplement)
    headings = (is_under_a_heading_without_supplement,) if is_technical(supplement) else ()
    return always + headings


def can_carry(other: Service, supplement: Service) -> bool:
    """Whether a supplement may go with it, for all that is known."""
    return can_be_supplemented(other) and not any(out(other) for out in excluded_for(supplement))


def supplement_radiology(service: Service, case: Case) -> Iterator[Finding]:
    yield from not_on_these_alone(
        "supplement-radiology",
        "nomenclature-6/2ter-6",
        service,
        case,
        is_radiology_without_supplement,
    )


def supplement_article_14(service: Service, case: Case) -> Iterator[Finding]:
    """Refused on those without the sign alone; unchecked where one may bear it (2ter-7)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-article-14", "nomenclature-6/2ter-7"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    standing = case.stand(case.those_it_goes_with(service))
    if any(can_carry(other, service) and not may_bear_the_sign(other) for other in standing):
        return
    if any(may_bear_the_sign(other) for other in standing):
        yield says(rule, provision, "unchecked", service)
    else:
        barring = [other for other in standing if is_article_14_without_supplement(other)]
        yield from refused_by(rule, provision, service, barring)


def supplement_article_14_title(service: Service, case: Case) -> Iterator[Finding]:
    """A plus alone gives one to a dentist by title, or to a candidate for the title (2ter-7)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-article-14-title", "nomenclature-6/2ter-7"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    standing = case.stand(case.those_it_goes_with(service))
    with_plus = [one for one in standing if bears_the_sign(one)]
    holds = [has_dental_title(one, case) for one in with_plus]
    if any(holds) or any(
        can_carry(other, service) and other.article != "14 l)" for other in standing
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
    if not is_technical(service):
        return
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
    gives_one = any(can_carry(other, service) for other in standing)
    if not gives_one:
        barring = [other for other in standing if excluded(other)]
        yield from refused_by(rule, provision, service, barring)


# --- when the care itself was given ---------------------------------------------------------------


def supplement_care_hours(service: Service, case: Case) -> Iterator[Finding]:
    """The care, and not its supplement alone, is given at those hours (2ter-4)."""
    if not is_supplement(service):
        return
    rule, provision = "supplement-care-hours", "nomenclature-6/2ter-4"
    if service.day is None:
        yield says(rule, provision, "unchecked", service)
        return
    standing = case.stand(case.those_it_goes_with(service))
    carrying = [other for other in standing if can_carry(other, service)]
    timely = [is_urgent_care(other, service, case) for other in carrying]
    if any(timely) or not carrying:
        return
    if None in timely:
        yield says(rule, provision, "unchecked", service)
    else:
        yield from refused_by(rule, provision, service, carrying)


def is_urgent_care(care: Service, supplement: Service, case: Case) -> bool | None:
    """Whether care began at those hours, on the supplement's day or in its night."""
    near = True if care.day == supplement.day else is_in_one_night(care, supplement)
    hours = is_at_those_hours(care, case)
    if near is False or hours is False:
        return False
    return None if near is None or hours is None else True


def is_in_one_night(care: Service, supplement: Service) -> bool | None:
    """Whether both are in the night between two days; None where only the day of care is known."""
    assert care.day is not None
    assert supplement.day is not None
    if abs(care.day - supplement.day) != timedelta(days=1) or supplement.clock is None:
        return False
    before, _ = sorted((care, supplement), key=lambda one: one.day or date.min)
    own = supplement.clock
    if not (own >= law.NIGHT_BEGINS if supplement is before else own < law.NIGHT_ENDS):
        return False
    if care.clock is None:
        return None
    return care.clock >= law.NIGHT_BEGINS if care is before else care.clock < law.NIGHT_ENDS


def is_at_those_hours(care: Service, case: Case) -> bool | None:
    """Whether it began at night, on a day of rest or on a bridge day; None is not known."""
    assert care.day is not None
    if is_at_rest(care.day) or (care.clock is not None and is_night(care.clock)):
        return True
    # Duty is asked of the supplement; here it is only in the way where it is denied.
    if care.declared.get("duty") is False:
        bridging: bool | None = False
    else:
        bridging = care.day in case.folder.bridge_days if has_bridge_days(case) else None
    return None if bridging is False and care.clock is None else bridging


RULES: Rules = (
    (supplement_hours, ()),
    (supplement_care_hours, ()),
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

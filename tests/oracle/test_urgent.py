"""Urgent supplements, worked out by hand."""

from datetime import date

import pytest

from . import folders
from .cases import (
    CONSULTATION,
    SUPPLEMENT,
    Row,
    check,
    folder_of,
    outcomes,
    said,
    service,
    shown,
)
from .decide import decide
from .urgent import holidays_of

BRIDGE = date(2010, 5, 14)
HOURS = "nomenclature-6/2ter-1"
DUTY = "nomenclature-6/2ter-10"


def hours(at: str | None, *, bridge_days: bool = True, **facts: bool | None) -> list[str]:
    """What is said of the hour: the severity, with the provision where that is another one."""
    tables: dict[str, list[Row]] = {"bridge_days": [{"date": BRIDGE}]} if bridge_days else {}
    answer = check(service("S", SUPPLEMENT, at, **facts), **tables)
    return [
        f.severity if f.provision == HOURS else f"{f.severity} {f.provision}"
        for f in answer.findings
        if f.rule == "supplement-hours"
    ]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2010-03-01T07:59", []),
        ("2010-03-01T08:00", ["refuse"]),
        ("2010-03-01T20:59", ["refuse"]),
        ("2010-03-01T21:00", []),
        ("2010-03-01T00:00", []),
        ("2010-03-01", ["unchecked"]),  # a day alone, and a working day
        ("2010-03-06T12:00", []),  # Saturday
        ("2010-03-07", []),  # Sunday
        ("2010-04-05T12:00", []),  # Easter Monday
        ("2010-04-02T12:00", ["refuse"]),  # Good Friday is no holiday
        ("2010-05-13T08:00", []),  # Ascension
        ("2010-05-24", []),  # Whit Monday
        ("2010-07-21T20:59", []),
        ("2008-05-01T12:00", []),  # the first of May, and Ascension as well
        (None, ["unchecked"]),
    ],
)
def test_hours(at: str | None, expected: list[str]) -> None:
    assert hours(at, duty=False) == expected


@pytest.mark.parametrize(
    ("at", "duty", "expected", "without_table"),
    [
        ("2010-05-14T12:00", True, [], ["unchecked"]),
        ("2010-05-14T12:00", None, ["unchecked"], ["unchecked"]),
        ("2010-05-14T12:00", False, [f"refuse {DUTY}"], ["refuse"]),
        ("2010-05-14T07:59", False, [], []),
        ("2010-05-14", False, ["unchecked"], ["unchecked"]),
        ("2010-05-14", True, [], ["unchecked"]),
        ("2010-05-17T12:00", True, ["refuse"], ["unchecked"]),
        ("2010-05-17T12:00", None, ["refuse"], ["unchecked"]),
        ("2010-05-15T12:00", False, [], []),
    ],
)
def test_bridge_days(
    at: str, duty: bool | None, expected: list[str], without_table: list[str]
) -> None:
    assert hours(at, duty=duty) == expected
    assert hours(at, duty=duty, bridge_days=False) == without_table


def test_ten_holidays_but_where_two_meet() -> None:
    assert [len(holidays_of(year)) for year in (2008, 2009, 2010)] == [9, 10, 10]


@pytest.mark.parametrize(
    ("offer", "duty", "expected"),
    [
        (True, False, "refuse"),
        (True, True, None),
        (False, None, None),
        (None, True, None),
        (None, False, "unchecked"),
        (True, None, "unchecked"),
    ],
)
def test_public_offer(offer: bool | None, duty: bool | None, expected: str | None) -> None:
    offers = [folders.offering(folders.DENTIST, offer)]
    answer = check(service("S", SUPPLEMENT, duty=duty), practitioners=offers)
    found = {severity for rule, severity in said(answer, "S") if rule == "public-offer"}
    assert found == ({expected} if expected else set())


def test_urgency_and_requirement() -> None:
    answer = check(
        service("A", SUPPLEMENT, urgent=False, requirement=None),
        service("B", SUPPLEMENT, urgent=True, requirement="medical-2020/8.1"),
        service("C", SUPPLEMENT, urgent=None, requirement=None),
        service("D", CONSULTATION, urgent=False, requirement="medical-2020/8.1"),
    )
    rules = ("urgency-is-real", "no-particular-requirement")
    found = {name: {one for one in said(answer, name) if one[0] in rules} for name in "ABCD"}
    assert found == {
        "A": {("urgency-is-real", "refuse")},
        "B": {("no-particular-requirement", "refuse")},
        "C": {("urgency-is-real", "unchecked")},
        "D": set(),
    }


# --- what it goes with ----------------------------------------------------------------------------

NIGHT = "2010-03-01T22:00"
TECHNICAL = "301070"


def company(*others: Row, code: str = SUPPLEMENT, **facts: str | None) -> set[tuple[str, str]]:
    return said(check(service("S", code, NIGHT, **facts), *others), "S")


def test_supplement_goes_with_what_stands() -> None:
    stands = service("A", CONSULTATION, NIGHT)
    refused = service("A", CONSULTATION, NIGHT, practitioner=folders.GENERAL_PRACTITIONER)
    elsewhere = service("A", CONSULTATION, NIGHT, patient_id="q")
    other_day = service("A", CONSULTATION, "2010-03-02T22:00")
    rule = "supplement-goes-with"
    assert company(stands) == set()
    assert company() == {(rule, "unchecked")}
    assert company(other_day) == {(rule, "unchecked")}
    assert company(other_day, related_service_id="A") == {("supplement-care-hours", "refuse")}
    assert company(elsewhere, related_service_id="A") == {(rule, "unchecked")}
    assert company(refused, related_service_id="A") == {(rule, "refuse")}
    # the one that is named counts, and not the session
    assert company(refused, service("B", CONSULTATION, NIGHT), related_service_id="A") == {
        (rule, "refuse")
    }
    assert company(service("A", SUPPLEMENT, "2010-03-01T22:30")) == {(rule, "unchecked")}
    assert company(service("A", "599992", NIGHT)) == {(rule, "unchecked")}
    assert company(service("A", CONSULTATION, None), related_service_id="A") == {
        (rule, "unchecked")
    }
    assert company(service("A", CONSULTATION, NIGHT, decided="accepted")) == set()
    assert company(service("A", CONSULTATION, NIGHT, decided="refused")) == {(rule, "refuse")}


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("377016", None),
        ("377090", None),
        ("377112", "supplement-radiology"),
        ("455630", None),  # of article 17
        ("317310", None),  # with a plus
        ("317295", "supplement-article-14"),
        ("317354", None),  # nobody says whether it bears one
        ("317376", "supplement-article-14"),
        ("317332", None),  # of another paragraph of article 14
        ("371615", "supplement-headings"),
        ("302153", "supplement-headings"),
        ("308512", "supplement-headings"),
        ("305550", None),
    ],
)
def test_what_gives_no_supplement(code: str, rule: str | None) -> None:
    specialist = folders.ORTHODONTIST if code == "305550" else folders.DENTIST
    one = service("A", code, NIGHT, practitioner=specialist)
    urgent = service("S", TECHNICAL, NIGHT, related_service_id="A")
    answer = check(one, urgent)
    found = {name for name, severity in said(answer, "S") if severity == "refuse"}
    assert found == ({rule} if rule else set())
    if rule:
        assert shown(answer, "S", rule) == ["A"]


TITLE = "supplement-article-14-title"


@pytest.mark.parametrize(
    ("practitioner", "at", "expected"),
    [
        (folders.DENTIST, NIGHT, None),
        (folders.ORTHODONTIST, NIGHT, None),
        (folders.SECOND_DENTIST, NIGHT, "refuse"),  # a doctor of dental medicine
        (folders.RADIOLOGIST, NIGHT, "refuse"),
        (folders.WITHOUT_TITLES, NIGHT, "unchecked"),
        (folders.CANDIDATE_FROM_2011, "2010-12-31T22:00", "refuse"),
        (folders.CANDIDATE_FROM_2011, "2011-01-01T22:00", None),
        (folders.DENTIST_UNTIL_JUNE, "2010-06-15T22:00", None),
        (folders.DENTIST_UNTIL_JUNE, "2010-06-16T22:00", "refuse"),
    ],
)
def test_title_of_who_performs_what_bears_a_plus(
    practitioner: str, at: str, expected: str | None
) -> None:
    plus = service("A", "317310", at, practitioner=practitioner)
    urgent = service("S", SUPPLEMENT, at, related_service_id="A")
    answer = check(plus, urgent)
    assert [severity for rule, severity in said(answer, "S") if rule == TITLE] == (
        [expected] if expected else []
    )
    if expected == "refuse":
        assert shown(answer, "S", TITLE) == ["A"]
    beside = {"practitioner": practitioner}
    answer = check(
        service("A", "317310", at, **beside),
        service("B", "317332", at, **beside),
        service("S", SUPPLEMENT, at, **beside),
    )
    assert TITLE not in {rule for rule, _ in said(answer, "S")}


def test_title_is_not_asked_without_the_table_of_titles() -> None:
    plus = service("A", "317310", NIGHT, practitioner=folders.RADIOLOGIST)
    urgent = service("S", SUPPLEMENT, NIGHT, related_service_id="A")
    tables = {**folder_of(plus, urgent)}
    assert (TITLE, "refuse") in said(decide(tables), "S")
    del tables["titles"]
    assert said(decide(tables), "S") == set()


def test_another_service_relieves_and_a_refused_one_does_not() -> None:
    excluded = service("A", "371615", NIGHT)
    stands = service("B", CONSULTATION, NIGHT)
    refused = service("B", "371092", NIGHT)
    assert company(excluded, stands, code=TECHNICAL) == set()
    assert company(excluded, refused, code=TECHNICAL) == {("supplement-headings", "refuse")}
    assert company(excluded, refused) == set()  # of a consultation


@pytest.mark.parametrize(
    ("at", "duty", "severity"),
    [
        ("2010-03-01T22:00", None, None),
        ("2010-03-01T10:00", None, "unchecked"),  # it may be a bridge day: no table says
        ("2010-03-01T10:00", False, "refuse"),
        ("2010-03-01", None, "unchecked"),
        ("2010-03-02T07:59", None, None),
        ("2010-03-02T08:00", False, "refuse"),
        ("2010-03-02T21:00", None, "refuse"),
        ("2010-03-02", None, "unchecked"),
        ("2010-03-03", None, "refuse"),
        ("2010-02-28", None, "refuse"),
    ],
)
def test_the_care_itself_is_of_those_hours(
    at: str, duty: bool | None, severity: str | None
) -> None:
    found = company(service("A", CONSULTATION, at, duty=duty), related_service_id="A")
    assert found == ({("supplement-care-hours", severity)} if severity else set())


def test_the_care_on_a_bridge_day() -> None:
    supplement = service("S", SUPPLEMENT, "2010-05-14T22:00", related_service_id="A")
    tables: dict[str, list[Row]] = {"bridge_days": [{"date": BRIDGE}]}
    rule = "supplement-care-hours"
    for duty, expected in ((None, set()), (True, set()), (False, {(rule, "refuse")})):
        care = service("A", CONSULTATION, "2010-05-14T10:00", duty=duty)
        assert said(check(care, supplement, **tables), "S") == expected


def test_undated_supplement_is_unchecked_once_for_each_rule() -> None:
    answer = check(service("S", SUPPLEMENT, None))
    rules = [f.rule for f in answer.findings if f.rule.startswith("supplement-")]
    assert rules == [
        "supplement-article-14",
        "supplement-article-14-title",
        "supplement-care-hours",
        "supplement-goes-with",
        "supplement-hours",
        "supplement-radiology",
    ]
    assert outcomes(answer) == {"S": "unchecked"}

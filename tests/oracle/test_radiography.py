"""Radiography, worked out by hand."""

from typing import Any

import pytest

from . import folders, law
from .case import Tables
from .cases import IMAGE, check, folder_of, said, service
from .decide import decide

PANORAMIC = "377090"
NOT_COVERED = {("not-covered", "unchecked")}
"""What is said of a code of an unknown article, and nothing besides."""
ITEMS = [item for item in law.PRESCRIPTION_ITEMS if item != "prescriber"]
RIGHT = {"examined": True, "earlier_images": "none", "justification": "why", "pregnant": False}


def prescribed(prescription: str | None, code: str = IMAGE) -> set[tuple[str, str]]:
    patient = {"patient_id": "p", "birth_date": folders.COMPLETE["patient_birth_date"]}
    tables: Tables = folder_of(
        service("A", code, prescription_id=prescription),
        prescriptions=folders.PRESCRIPTIONS,
        patients=[patient],
    )
    return said(decide(tables), "A")


@pytest.mark.parametrize(
    ("prescription", "expected"),
    [
        (None, None),
        ("complete", None),
        ("of nobody", ("prescription-known", "unchecked")),
        *((f"without {item}", ("prescription-contents", "refuse")) for item in ITEMS),
        ("not signed", ("prescription-contents", "refuse")),
        ("signature unknown", ("prescription-contents", "refuse")),
        ("half", ("prescription-contents", "refuse")),
        ("of a doctor", ("prescription-prescriber", "unchecked")),
        ("of a physiotherapist", ("prescription-prescriber", "refuse")),
        ("not in treatment", ("prescription-in-treatment", "refuse")),
        ("treatment unknown", ("prescription-in-treatment", "unchecked")),
        ("of another patient", ("prescription-patient", "refuse")),
        ("of another birth date", ("prescription-birth-date", "unchecked")),
        ("of mid-June", ("prescription-day", "unchecked")),
        ("of another form", ("prescription-form", "refuse")),
        ("form unknown", ("prescription-form", "unchecked")),
    ],
)
def test_prescription(prescription: str | None, expected: tuple[str, str] | None) -> None:
    assert prescribed(prescription) == ({expected} if expected else set())
    assert prescribed(prescription, "455630") == NOT_COVERED


def test_without_its_prescriber_a_prescription_is_incomplete_and_unchecked() -> None:
    assert prescribed("without prescriber") == {
        ("prescription-prescriber-number", "refuse"),
        ("prescription-prescriber", "unchecked"),
    }


@pytest.mark.parametrize(("report", "severity"), [(False, "refuse"), (None, "unchecked")])
def test_report_is_asked_of_what_is_prescribed(report: bool | None, severity: str) -> None:
    answer = check(
        service("A", IMAGE, prescription_id="any", report=report),
        service("B", IMAGE, "2010-03-02", prescription_id=None, report=report),
        service("C", IMAGE, "2010-03-03", prescription_id="any", report=True),
    )
    assert [said(answer, name) for name in "ABC"] == [{("report-kept", severity)}, set(), set()]


@pytest.mark.parametrize(
    ("practitioner", "at", "missing"),
    [
        (folders.DENTIST, "2010-03-01", 0),
        (folders.SECOND_DENTIST, "2010-06-15", 0),
        (folders.SECOND_DENTIST, "2010-06-16", 1),
        (folders.SECOND_DENTIST, "2011-01-01", 0),
        (folders.PERIODONTIST, "2010-03-01", 1),
        (folders.DENTIST_UNTIL_JUNE, "2010-01-01", 3),
        (folders.WITHOUT_TITLES, "2010-01-01", 3),
    ],
)
def test_one_refusal_for_each_authorisation_missing(
    practitioner: str, at: str, missing: int
) -> None:
    one = service("A", IMAGE, at, practitioner=practitioner)
    answer = check(one, authorisations=folders.AUTHORISATIONS)
    found = [f.severity for f in answer.findings if f.rule == "radiography-authorisation"]
    assert found == ["refuse"] * missing


def test_authorisations_of_an_unknown_day_and_of_other_articles() -> None:
    answer = check(service("A", IMAGE, None), service("B", "455630"), authorisations=[])
    assert ("radiography-authorisation", "unchecked") in said(answer, "A")
    assert said(answer, "B") == NOT_COVERED


@pytest.mark.parametrize(
    ("code", "images", "expected"),
    [
        ("377134", 2, None),
        ("377134", 1, "refuse"),
        ("377134", None, "unchecked"),
        ("307053", 9, "refuse"),
        (IMAGE, None, None),  # no number is stated
        (IMAGE, 0, None),
    ],
)
def test_images_minimum(code: str, images: int | None, expected: str | None) -> None:
    answer = check(service("A", code, images=images))
    assert said(answer, "A") == ({("images-minimum", expected)} if expected else set())


@pytest.mark.parametrize(
    ("fact", "value", "expected"),
    [
        ("examined", False, ("panoramic-examined", "refuse")),
        ("examined", None, ("panoramic-examined", "unchecked")),
        ("earlier_images", "insufficient", None),
        ("earlier_images", "sufficient", ("panoramic-earlier-images", "refuse")),
        ("earlier_images", None, ("panoramic-earlier-images", "unchecked")),
        ("justification", None, ("panoramic-justification", "refuse")),
        ("pregnant", True, ("panoramic-pregnancy", "warn")),
        ("pregnant", None, None),
    ],
)
def test_panoramic(fact: str, value: Any, expected: tuple[str, str] | None) -> None:
    facts = {**RIGHT, fact: value}
    answer = check(service("A", PANORAMIC, **facts), service("B", IMAGE, **facts))
    assert said(answer, "A") == ({expected} if expected else set())
    # Nobody says of which kind B is: it may be a panoramic one.
    may_break = {expected[0]} - {"panoramic-pregnancy"} if expected else set()
    assert said(answer, "B") == {(rule, "unchecked") for rule in may_break}
    known = [as_radiograph(row) for row in law.NOMENCLATURE]
    assert said(check(service("B", IMAGE, **facts), nomenclature=known), "B") == set()


def as_radiograph(row: dict[str, Any]) -> dict[str, Any]:
    return {**row, "kind": "radiograph"} if row["code"] == IMAGE else row


@pytest.mark.parametrize(
    ("kept", "expected"), [(True, None), (False, "refuse"), (None, "unchecked")]
)
def test_digital_data_kept(kept: bool | None, expected: str | None) -> None:
    answer = check(
        service("A", "307263", digital_data_kept=kept),
        service("B", IMAGE, "2010-03-02", digital_data_kept=kept),
    )
    assert said(answer, "A") == ({("digital-data-kept", expected)} if expected else set())
    assert said(answer, "B") == set()

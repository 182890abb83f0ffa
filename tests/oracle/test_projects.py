"""The projects of 2009, worked out by hand."""

from datetime import date

import pytest

from . import folders
from .cases import Row, check, extraction, said, service

CHILD, ADULT, OLD = date(2000, 1, 1), date(1980, 1, 1), date(1939, 1, 1)


def said_of(
    code: str, born: date | None, at: str | None = "2010-06-15", **facts: object
) -> set[str]:
    """What is said of a service by its project, as ``rule severity``."""
    patients: list[Row] = [{"patient_id": "p", "birth_date": born}]
    answer = check(service("A", code, at, **facts), patients=patients)
    return {
        f"{f.rule} {f.severity}" for f in answer.findings if f.provision.startswith("dental-2009/")
    }


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("374850", "extraction-age"),
        ("374883", "extraction-age"),
        ("374334", "pulpotomy-and-sealing-age"),
        ("371696", "pulpotomy-and-sealing-age"),
        ("374076", "prefabricated-crown-age"),
    ],
)
@pytest.mark.parametrize(
    ("born", "at", "severity"),
    [
        (date(1992, 6, 16), "2010-06-15", None),
        (date(1992, 6, 15), "2010-06-15", "refuse"),
        (None, "2010-06-15", "unchecked"),
        (CHILD, None, "unchecked"),
        (ADULT, "2009-04-30", None),
        (CHILD, "2011-01-01", "warn"),
    ],
)
def test_up_to_the_eighteenth_birthday(
    code: str, rule: str, born: date | None, at: str | None, severity: str | None
) -> None:
    found = {one for one in said_of(code, born, at, tooth="16") if one.startswith(rule)}
    assert found == ({f"{rule} {severity}"} if severity else set())


@pytest.mark.parametrize("code", ["304850", "374975", "373811"])
def test_care_of_no_project(code: str) -> None:
    assert said_of(code, ADULT, tooth="16") == set()


@pytest.mark.parametrize(
    ("born", "medical_case", "severity"),
    [
        (date(1992, 6, 16), False, None),
        (date(1992, 6, 15), False, "refuse"),
        (date(1992, 6, 15), None, "unchecked"),
        (date(1992, 6, 15), True, None),
        (date(1950, 6, 16), False, "refuse"),
        (date(1950, 6, 15), None, None),
        (None, True, None),
        (None, False, "unchecked"),
        (None, None, "unchecked"),
    ],
)
def test_suture_case(born: date | None, medical_case: bool | None, severity: str | None) -> None:
    found = said_of("374953", born, medical_case=medical_case)
    assert found - {"suture-session refuse"} == ({f"suture-case {severity}"} if severity else set())


@pytest.mark.parametrize(
    ("other", "refused"),
    [
        (extraction("A"), False),
        (service("A", "374975", tooth="16"), False),
        (extraction("A", decided="accepted"), False),
        (extraction("A", practitioner=folders.ORTHODONTIST), True),
        (extraction("A", decided="refused"), True),
        (extraction("A", "2010-03-02"), True),
        (extraction("A", session_id="s"), True),
        (extraction("A", practitioner=folders.SECOND_DENTIST), True),
        (service("A", "374754", tooth="16"), False),
        (service("A", "374776", tooth="16"), True),
    ],
)
def test_suture_in_the_session_of_an_extraction(other: Row, refused: bool) -> None:
    # that it names the extraction doesn't help: the session counts
    answer = check(other, service("S", "374953", related_service_id="A"))
    assert (("suture-session", "refuse") in said(answer, "S")) is refused


def test_suture_before_after_and_at_no_time() -> None:
    assert said_of("374953", CHILD, "2009-04-30") == set()
    assert said_of("374953", CHILD, None, medical_case=True) == {
        "suture-case unchecked",
        "suture-session unchecked",
    }
    assert said_of("374953", CHILD, "2011-01-01") == {"suture-case warn", "suture-session warn"}


@pytest.mark.parametrize(
    ("tooth", "severity"),
    [
        ("54", None),
        ("85", None),
        ("53", "refuse"),
        ("16", None),
        ("46", None),
        ("17", "refuse"),
        ("15", "refuse"),
        (None, "unchecked"),
    ],
)
def test_prefabricated_crown(tooth: str | None, severity: str | None) -> None:
    expected = {f"prefabricated-crown-tooth {severity}"} if severity else set()
    assert said_of("374091", CHILD, tooth=tooth) == expected


@pytest.mark.parametrize(
    ("born", "tooth", "denture", "expected"),
    [
        (date(1940, 6, 15), "43", True, set()),
        (date(1940, 6, 16), "43", True, {"implant-age refuse"}),
        (OLD, "13", True, {"implant-lower-jaw refuse"}),
        (OLD, None, False, {"implant-lower-jaw unchecked", "implant-denture refuse"}),
        (OLD, "33", None, {"implant-denture unchecked"}),
    ],
)
def test_implants(born: date, tooth: str | None, denture: bool | None, expected: set[str]) -> None:
    assert said_of("308534", born, tooth=tooth, existing_denture=denture) == expected


@pytest.mark.parametrize(
    ("born", "anaesthesia", "expected"),
    [
        (date(1992, 6, 15), True, set()),
        (date(1992, 6, 16), True, {"scaling-age refuse"}),
        (date(1970, 6, 16), True, set()),
        (date(1970, 6, 15), True, {"scaling-age refuse"}),
        (ADULT, False, {"scaling-anaesthesia refuse"}),
        (None, None, {"scaling-age unchecked", "scaling-anaesthesia unchecked"}),
    ],
)
def test_scaling(born: date | None, anaesthesia: bool | None, expected: set[str]) -> None:
    assert said_of("302153", born, local_anaesthesia=anaesthesia) == expected


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("371615", "conditional-attestation"),
        ("301604", "conditional-attestation"),
        ("304894", "conditional-extraction"),
        ("301173", "conditional-extraction"),
        ("304850", None),
    ],
)
@pytest.mark.parametrize("at", ["2010-03-01", "2020-03-01", None])
def test_conditions_that_no_source_prints(code: str, rule: str | None, at: str | None) -> None:
    warned = {
        name for name, severity in said(check(service("A", code, at)), "A") if severity == "warn"
    }
    assert warned - {"annual-examination-age"} == ({rule} if rule else set())

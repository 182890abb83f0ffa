"""The oracle's own cases, worked out by hand, and how often its random folders show them."""

import ast
import random
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from . import folders, law
from .case import Finding, Tables, birthday, instant
from .cases import (
    CONSULTATION,
    EXAMINATION,
    IMAGE_AFTER_OTHERS,
    SUPPLEMENT,
    SUTURE,
    Row,
    check,
    extraction,
    filling,
    folder_of,
    image,
    image_alone,
    outcomes,
    said,
    service,
    shown,
    without,
)
from .decide import Answer, Decision, decide, walk

# --- the law's lists ------------------------------------------------------------------------------


def test_lists_have_as_many_pairs_as_the_text_prints() -> None:
    lists = [
        law.CLOSED_TO_GENERAL_DENTISTS,
        law.OPEN_TO_PERIODONTISTS,
        law.OPEN_TO_ORTHODONTISTS,
        law.OPEN_TO_RADIOLOGISTS,
        law.NOT_WITH_455630,
        law.NOT_WITH_RADIOLOGY,
        law.PROVISIONAL_ALLOWED,
        law.CONDITIONAL_ATTESTATION,
        law.CONDITIONAL_EXTRACTION,
        law.RADIOLOGY_WITH_SUPPLEMENT,
    ]
    assert [len(each) for each in lists] == [8, 168, 114, 22, 8, 6, 8, 6, 8, 20]


def test_every_prescription_is_carried_out_by_some_image() -> None:
    tables = folders.random_folder(random.Random(2), patients=400)
    carried_out = {row["prescription_id"] for row in tables["services"]}
    assert {row["prescription_id"] for row in folders.PRESCRIPTIONS} <= carried_out


def test_codes_have_their_check_digit_and_pairs_follow_each_other() -> None:
    lists = (
        law.CLOSED_TO_GENERAL_DENTISTS
        | law.OPEN_TO_PERIODONTISTS
        | law.OPEN_TO_ORTHODONTISTS
        | law.OPEN_TO_RADIOLOGISTS
        | law.PROVISIONAL_ALLOWED
        | law.INDIRECT_ALLOWED
        | law.ANNUAL_EXAMINATION
        | law.CODES_455630
        | law.CONDITIONAL_ATTESTATION
        | law.CONDITIONAL_EXTRACTION
        | law.RADIOLOGY_WITH_SUPPLEMENT
        | law.EXTRACTIONS_UP_TO_18
    )
    for code in [*lists, *folders.BY_CODE, *law.UNKNOWN_CODES]:
        assert int(code[5]) == int(code[:5]) % 7, code
    for row in law.NOMENCLATURE:
        assert (
            row["pair_code"] is None or abs(int(row["pair_code"][:5]) - int(row["code"][:5])) == 1
        )
    assert not set(law.UNKNOWN_CODES) & set(folders.BY_CODE)
    assert len(folders.BY_CODE) == len(law.NOMENCLATURE)


def test_invented_practitioners_have_well_formed_numbers() -> None:
    assert folders.nihdi(3, 10001, "001") == "310001" + f"{97 - 310001 % 97:02d}" + "001"
    assert len(set(folders.PRACTITIONERS)) == len(folders.PRACTITIONERS)
    assert all(len(number) == 11 and number.isdigit() for number in folders.PRACTITIONERS)


def test_the_oracle_reads_nothing_of_the_engine() -> None:
    for path in Path(__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            assert not any(name.split(".")[0] == "conventio" for name in names), path


# --- one by one, in order -------------------------------------------------------------------------


def test_chain_of_three() -> None:
    answer = check(
        image("C", "2010-03-01T11:00"),
        image_alone("B", "2010-03-01T10:00"),
        image("A", "2010-03-01T09:00"),
    )
    assert list(answer.decisions) == ["A", "B", "C"]
    assert outcomes(answer) == {"A": "accepted", "B": "refused", "C": "accepted"}
    assert answer.findings == [
        Finding("B", "no-cumulation-radiology", "nomenclature-6/17.2-2", "refuse", "A")
    ]


def test_counts_of_one_two_one() -> None:
    answer = check(filling("A", line=1), filling("B", line=2, count=2), filling("C", line=3))
    assert outcomes(answer) == {"A": "accepted", "B": "refused", "C": "accepted"}
    assert shown(answer, "B", "fillings-per-tooth-and-year") == ["A"]


def test_count_above_the_limit_alone_has_nothing_to_show() -> None:
    answer = check(filling("A", count=3), extraction("B", tooth="36", count=2))
    assert shown(answer, "A", "fillings-per-tooth-and-year") == [None]
    assert shown(answer, "B", "extraction-once") == [None]
    assert outcomes(answer) == {"A": "refused", "B": "refused"}


def test_third_filling_shows_both_earlier_ones() -> None:
    answer = check(
        filling("z", "2010-01-01"),
        service("a", "373892", "2010-05-01", tooth="16"),
        service("m", "399033", "2010-12-31T23:59", tooth="16"),
        filling("next-year", "2011-01-01T00:00"),
        filling("next-tooth", "2010-12-31", tooth="17"),
    )
    assert shown(answer, "m", "fillings-per-tooth-and-year") == ["a", "z"]
    assert [name for name, outcome in outcomes(answer).items() if outcome == "refused"] == ["m"]


def test_year_is_the_brussels_year() -> None:
    # half past midnight in Brussels is still the old year in UTC
    answer = check(
        filling("A", "2010-12-30"), filling("B", "2010-12-31"), filling("C", "2011-01-01T00:30")
    )
    assert outcomes(answer)["C"] == "accepted"


def test_ties_go_by_line_without_line_first_then_by_bytes() -> None:
    answer = check(
        extraction("é"),
        extraction("z"),
        extraction("Z"),
        extraction("a", line=1),
        extraction("A", line=2),
    )
    assert list(answer.decisions) == ["Z", "z", "é", "a", "A"]
    assert [name for name, out in outcomes(answer).items() if out == "accepted"] == ["Z"]
    assert shown(answer, "A", "extraction-once") == ["Z"]


def test_output_goes_by_patient_then_order() -> None:
    answer = check(
        service("1", CONSULTATION, "2010-03-02", patient_id="é"),
        service("2", CONSULTATION, "2010-03-03", patient_id="b"),
        service("3", CONSULTATION, "2010-03-01", patient_id="b"),
        service("4", CONSULTATION, None, patient_id="b"),
    )
    assert list(answer.decisions) == ["3", "2", "4", "1"]


def test_patients_do_not_meet() -> None:
    answer = check(extraction("A"), extraction("B", patient_id="q"))
    assert set(outcomes(answer).values()) == {"accepted"}


def test_a_time_that_exists_twice_is_the_first() -> None:
    assert instant(datetime.fromisoformat("2009-10-25T02:30")) == datetime(
        2009, 10, 25, 0, 30, tzinfo=UTC
    )
    assert instant(datetime.fromisoformat("2009-10-25T03:00")) == datetime(
        2009, 10, 25, 2, 0, tzinfo=UTC
    )


# --- services that go with others -----------------------------------------------------------------


def test_accompanying_services_come_after_the_others_of_their_session() -> None:
    answer = check(
        service("supplement", SUPPLEMENT, "2010-03-01T08:00"),
        service("suture", SUTURE, "2010-03-01T09:00"),
        extraction("extraction", "2010-03-01T10:00"),
        service("next-day", CONSULTATION, "2010-03-02"),
    )
    assert list(answer.decisions) == ["extraction", "suture", "supplement", "next-day"]


def test_accompanying_service_waits_for_the_one_it_names() -> None:
    answer = check(
        service("suture", SUTURE, "2010-03-01", related_service_id="extraction"),
        extraction("extraction", "2010-03-05"),
        service("between", CONSULTATION, "2010-03-03"),
    )
    assert list(answer.decisions) == ["between", "extraction", "suture"]


def test_waiting_passes_on_from_level_to_level() -> None:
    answer = check(
        service("supplement", SUPPLEMENT, "2010-03-01", session_id="s"),
        service("suture", SUTURE, "2010-03-01", session_id="s", related_service_id="extraction"),
        extraction("extraction", "2010-03-05"),
        service("between", CONSULTATION, "2010-03-03"),
    )
    assert list(answer.decisions) == ["between", "extraction", "suture", "supplement"]


def test_accompanying_service_waits_for_no_other_session_patient_or_unknown_date() -> None:
    answer = check(
        service("suture", SUTURE, "2010-03-01T09:00", related_service_id="elsewhere"),
        extraction("other-session", "2010-03-01T10:00", session_id="s"),
        extraction("undated", None, tooth="36", session_id="s"),
        extraction("elsewhere", "2010-03-09", patient_id="q"),
    )
    assert list(answer.decisions) == ["suture", "other-session", "undated", "elsewhere"]


def test_the_turn_decides_which_of_two_is_the_later() -> None:
    answer = check(
        service("goes-with", IMAGE_AFTER_OTHERS, "2010-03-01T08:00"),
        image_alone("alone", "2010-03-01T10:00"),
    )
    assert outcomes(answer) == {"alone": "accepted", "goes-with": "refused"}


def test_history_of_the_session_is_waited_for_too() -> None:
    answer = check(
        extraction("past", "2010-03-01T12:00", decided="refused"),
        service("suture", SUTURE, "2010-03-01T08:00"),
        service("other", CONSULTATION, "2010-03-01T10:00", practitioner=folders.SECOND_DENTIST),
    )
    assert list(answer.decisions) == ["other", "suture"]


# --- only what stands counts ----------------------------------------------------------------------


def test_refused_filling_uses_nothing_up() -> None:
    answer = check(
        filling("A", line=1),
        filling("B", line=2, provisional=True),
        filling("C", line=3),
        filling("D", line=4),
    )
    assert list(outcomes(answer).values()) == ["accepted", "refused", "accepted", "refused"]
    assert shown(answer, "D", "fillings-per-tooth-and-year") == ["A", "C"]


def test_extraction_refused_for_the_title_does_not_close_the_tooth() -> None:
    answer = check(
        extraction("A", "2010-03-01", practitioner=folders.ORTHODONTIST),
        filling("B", "2010-03-02"),
        extraction("C", "2010-03-03"),
    )
    assert outcomes(answer) == {"A": "refused", "B": "accepted", "C": "accepted"}


def test_unchecked_service_stands() -> None:
    answer = check(extraction("A", practitioner=folders.WITHOUT_TITLES), filling("B", "2010-03-02"))
    assert outcomes(answer) == {"A": "unchecked", "B": "refused"}
    assert shown(answer, "B", "no-conservative-care-after-extraction") == ["A"]


def test_refused_service_still_hears_every_rule() -> None:
    answer = check(
        extraction("A", "2010-03-01"),
        filling(
            "B",
            "2010-03-02",
            direct_method=None,
            provisional=True,
            surfaces="MO",
            practitioner=folders.ORTHODONTIST,
        ),
    )
    assert said(answer, "B") == {
        ("direct-method", "unchecked"),
        ("not-provisional", "refuse"),
        ("treated-faces", "warn"),
        ("entitlement", "refuse"),
        ("no-conservative-care-after-extraction", "refuse"),
    }
    assert outcomes(answer)["B"] == "refused"


@pytest.mark.parametrize(
    ("decided", "outcome"),
    [("accepted", "refused"), ("unchecked", "refused"), ("refused", "accepted")],
)
def test_history_counts_if_it_stands_and_is_not_written_out(decided: str, outcome: str) -> None:
    answer = check(extraction("past", "2005-01-01", decided=decided), extraction("now"))
    assert outcomes(answer) == {"now": outcome}
    assert {finding.service_id for finding in answer.findings} <= {"now"}


def test_history_dated_later_fills_a_limit_but_is_not_earlier() -> None:
    later = extraction("later", "2010-04-01", decided="accepted")
    answer = check(later, extraction("again", "2010-03-01"), filling("before", "2010-03-31"))
    assert shown(answer, "again", "extraction-once") == ["later"]
    assert outcomes(answer) == {"again": "refused", "before": "accepted"}


def test_history_of_the_same_moment_is_earlier() -> None:
    answer = check(extraction("z", line=9, decided="accepted"), filling("a"))
    assert shown(answer, "a", "no-conservative-care-after-extraction") == ["z"]


def test_care_before_the_extraction_of_the_same_moment_stands() -> None:
    answer = check(extraction("A", line=2), filling("B", line=1), filling("C", line=3))
    assert outcomes(answer) == {"B": "accepted", "A": "accepted", "C": "refused"}


def test_chain_through_an_extraction_dated_later() -> None:
    answer = check(
        extraction("A", "2010-09-01", decided="accepted"),
        extraction("B", "2010-03-01"),
        filling("C", "2010-04-01"),
    )
    assert outcomes(answer) == {"B": "refused", "C": "accepted"}


# --- sessions -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "together"),
    [
        ({}, True),
        ({"at": "2010-03-02"}, False),
        ({"at": "2010-03-01T23:59"}, True),
        ({"session_id": "s"}, False),
        ({"practitioner": folders.SECOND_DENTIST}, False),
        ({"patient_id": "q"}, False),
    ],
)
def test_day_is_the_session_where_none_is_named(facts: Row, together: bool) -> None:
    answer = check(image("A", "2010-03-01"), image_alone("B", **facts))
    assert (outcomes(answer)["B"] == "refused") is together


def test_named_session_lasts_over_days() -> None:
    answer = check(
        image("A", "2010-03-01", session_id="s"), image_alone("B", "2010-03-04", session_id="s")
    )
    assert shown(answer, "B", "no-cumulation-radiology") == ["A"]


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ("307252", "377016", True),  # one of the three, then other radiology
        ("377016", "307263", True),  # and the other way round, by the other code of the pair
        ("307252", "377230", True),  # two of the three
        ("307252", "307252", True),
        ("377016", "377016", False),
        ("307252", "455630", True),  # article 17
        ("307252", "458835", True),  # article 17ter
        ("307252", "457855", False),  # article 17bis
        ("307252", "457870", False),  # radiography of unknown article
        ("307252", "458850", True),  # article 17ter, of unknown section
        ("307252", "371033", False),
    ],
)
def test_radiology_not_charged_together(first: str, second: str, refused: bool) -> None:
    answer = check(service("A", first, line=1), service("B", second, line=2))
    assert shown(answer, "B", "no-cumulation-radiology") == (["A"] if refused else [])


@pytest.mark.parametrize(
    ("first", "second", "refused"),
    [
        ("377112", "455630", True),
        ("455641", "307145", True),
        ("377112", "307145", False),
        ("455630", "455641", False),
        ("377090", "455630", False),
    ],
)
def test_four_pairs_not_charged_with_455630(first: str, second: str, refused: bool) -> None:
    answer = check(service("A", first, line=1), service("B", second, line=2))
    assert shown(answer, "B", "no-cumulation-455630") == (["A"] if refused else [])


# --- missing facts --------------------------------------------------------------------------------


def test_service_without_tooth_joins_no_group() -> None:
    answer = check(extraction("A", tooth=None, line=1), extraction("B", line=2))
    assert said(answer, "A") == {("tooth-number", "refuse"), ("extraction-once", "unchecked")}
    assert outcomes(answer) == {"A": "refused", "B": "accepted"}


def test_two_missing_facts_are_said_once() -> None:
    answer = check(filling("A", None, tooth=None))
    assert len([f for f in answer.findings if f.rule == "fillings-per-tooth-and-year"]) == 1
    assert said(answer, "A") == {
        ("code-in-force", "unchecked"),
        ("entitlement", "unchecked"),
        ("tooth-number", "refuse"),
        ("fillings-per-tooth-and-year", "unchecked"),
        ("no-conservative-care-after-extraction", "unchecked"),
    }


def test_service_without_date_joins_no_group() -> None:
    answer = check(
        extraction("past", None, decided="accepted"),
        extraction("A", None),
        image("B", None, session_id="s"),
        image_alone("C", "2010-03-01", session_id="s"),
        extraction("D"),
    )
    assert outcomes(answer) == {
        "C": "accepted",
        "D": "accepted",
        "A": "unchecked",
        "B": "unchecked",
    }
    assert ("no-cumulation-radiology", "unchecked") in said(answer, "B")
    assert ("extraction-once", "unchecked") in said(answer, "A")


@pytest.mark.parametrize(
    ("code", "rule"),
    [
        ("373811", "tooth-number"),
        ("374754", "tooth-number"),
        ("373951", None),  # unknown whether a tooth is required
        ("374054", None),  # nothing stated
        ("374032", None),
        ("371696", "tooth-number"),
        ("302175", "tooth-number"),
        ("302153", None),
        ("371033", None),
    ],
)
def test_tooth_number(code: str, rule: str | None) -> None:
    answer = check(service("A", code))
    numbers = {name for name, severity in said(answer, "A") if name.startswith("tooth-number")}
    assert numbers == ({rule} if rule else set())
    again = check(service("A", code, tooth="16"))
    assert not any(name.startswith("tooth-number") for name, _ in said(again, "A"))


@pytest.mark.parametrize(
    ("code", "restricted"),
    [
        ("373811", True),
        ("373951", True),  # tooth unknown
        ("374054", True),  # nothing stated
        ("374032", False),  # never on a tooth
        ("374850", False),  # an extraction is no conservative care
        ("371696", False),
        ("399033", False),
    ],
)
def test_which_care_an_extraction_ends(code: str, restricted: bool) -> None:
    rule = "no-conservative-care-after-extraction"
    answer = check(extraction("A", "2010-03-01"), service("B", code, "2010-03-02", tooth="16"))
    assert shown(answer, "B", rule) == (["A"] if restricted else [])
    alone = check(service("B", code))
    assert ((rule, "unchecked") in said(alone, "B")) is restricted


@pytest.mark.parametrize("code", ["374754", "374953"])
def test_what_is_no_extraction_does_not_close_the_tooth(code: str) -> None:
    answer = check(
        service("A", code, "2010-03-01", tooth="16"),
        filling("B", "2010-03-02"),
        extraction("C", "2010-03-03"),
    )
    assert (outcomes(answer)["B"], outcomes(answer)["C"]) == ("accepted", "accepted")


# --- fillings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "severity"), [(True, None), (False, "refuse"), (None, "unchecked")]
)
@pytest.mark.parametrize(
    ("code", "concerned"),
    [("373811", True), ("373575", True), ("374474", False), ("374485", False)],
)
def test_direct_method(code: str, concerned: bool, value: bool | None, severity: str) -> None:
    answer = check(service("A", code, tooth="16", direct_method=value))
    expected = {("direct-method", severity)} if concerned and severity else set()
    assert {finding for finding in said(answer, "A") if finding[0] == "direct-method"} == expected


@pytest.mark.parametrize("value", [True, False, None])
def test_direct_method_of_conservative_care_of_unknown_kind(value: bool | None) -> None:
    answer = check(service("A", "374054", tooth="16", direct_method=value))
    assert (("direct-method", "unchecked") in said(answer, "A")) is (value is not True)
    assert ("fillings-per-tooth-and-year", "unchecked") in said(answer, "A")


@pytest.mark.parametrize(
    ("value", "severity"), [(False, None), (True, "refuse"), (None, "unchecked")]
)
@pytest.mark.parametrize(
    ("code", "concerned"),
    [("373811", True), ("374474", True), ("373575", False), ("303785", False), ("399033", False)],
)
def test_not_provisional(code: str, concerned: bool, value: bool | None, severity: str) -> None:
    answer = check(service("A", code, tooth="16", provisional=value))
    expected = {("not-provisional", severity)} if concerned and severity else set()
    assert {finding for finding in said(answer, "A") if finding[0] == "not-provisional"} == expected


@pytest.mark.parametrize(
    ("code", "surfaces", "severity"),
    [
        ("373833", "MO", None),
        ("373833", "M", "warn"),
        ("373833", "MOD", "warn"),
        ("373833", None, "unchecked"),
        ("373892", "MOD", None),  # a cusp: the number of faces is not stated
        ("373892", None, "unchecked"),
        ("373951", None, None),  # a restoration of no finer kind
    ],
)
def test_treated_faces(code: str, surfaces: str | None, severity: str | None) -> None:
    answer = check(service("A", code, tooth="16", surfaces=surfaces))
    told = {finding for finding in said(answer, "A") if finding[0] == "treated-faces"}
    assert told == ({("treated-faces", severity)} if severity else set())


# --- titles ---------------------------------------------------------------------------------------


def entitlement(code: str, practitioner: str, at: str | None = "2010-03-01") -> list[str]:
    answer = check(service("A", code, at, practitioner=practitioner, tooth="16"))
    return [
        f"{f.provision.removeprefix('nomenclature-6/')} {f.severity}"
        for f in answer.findings
        if f.rule == "entitlement"
    ]


@pytest.mark.parametrize(
    ("code", "practitioner", "at", "expected"),
    [
        ("371092", folders.DENTIST, "2010-03-01", ["18-1 refuse"]),
        ("371125", folders.SECOND_DENTIST, "2010-03-01", ["18-1 refuse"]),
        ("371033", folders.DENTIST, "2010-03-01", []),
        ("371114", folders.PERIODONTIST, "2010-03-01", []),
        ("373811", folders.PERIODONTIST, "2010-03-01", ["18-2 refuse"]),
        # candidate until that day and specialist from it: two titles, two findings
        ("373811", folders.PERIODONTIST, "2010-06-15", ["18-2 refuse"] * 2),
        ("371092", folders.ORTHODONTIST, "2010-03-01", []),
        ("373811", folders.ORTHODONTIST, "2010-03-01", ["18-3 refuse"]),
        ("373811", folders.TWO_SPECIALITIES, "2010-03-01", ["18-2 refuse", "18-3 refuse"]),
        ("305550", folders.TWO_SPECIALITIES, "2010-12-31", []),
        ("305550", folders.TWO_SPECIALITIES, "2011-01-01", ["18-2 refuse"]),
        ("371033", folders.DENTIST_UNTIL_JUNE, "2010-06-15T23:59", []),
        ("371033", folders.DENTIST_UNTIL_JUNE, "2010-06-16", ["18-0 refuse"]),
        ("371033", folders.CANDIDATE_FROM_2011, "2010-12-31T23:59", ["18-0 refuse"]),
        ("371033", folders.CANDIDATE_FROM_2011, "2011-01-01", []),
        ("377090", folders.RADIOLOGIST, "2010-03-01", ["17.2-3 warn"]),
        ("377016", folders.RADIOLOGIST, "2010-03-01", ["18-0 refuse"]),
        ("377090", folders.RADIOLOGIST_AND_PERIODONTIST, "2010-03-01", []),
        ("377090", folders.RADIOLOGIST_AND_PERIODONTIST, "2010-06-15", ["17.2-3 warn"]),
        ("371033", folders.GENERAL_PRACTITIONER, "2010-03-01", ["18-0 refuse"]),
        ("371033", folders.GENERAL_PRACTITIONER, "2009-04-30", []),
        ("371092", folders.GENERAL_PRACTITIONER, "2009-04-30", ["18-0 refuse", "18-1 refuse"]),
        # the same title in two rows is one title
        ("371092", folders.STOMATOLOGIST_AND_DENTIST, "2011-01-01", ["18-1 refuse"] * 2),
        ("371033", folders.WITHOUT_TITLES, "2010-03-01", ["18-0 unchecked"]),
        ("371033", folders.WITHOUT_TITLES, None, ["18-0 unchecked"]),
        ("371033", folders.DENTIST, None, ["18-0 unchecked"]),
        ("455630", folders.GENERAL_PRACTITIONER, "2010-03-01", []),  # article 17
        ("457870", folders.WITHOUT_TITLES, "2010-03-01", []),  # article unknown
        ("599992", folders.ORTHODONTIST, "2010-03-01", []),  # not in the nomenclature
    ],
)
def test_entitlement(code: str, practitioner: str, at: str | None, expected: list[str]) -> None:
    assert entitlement(code, practitioner, at) == expected


# --- codes and dates ------------------------------------------------------------------------------


def test_unknown_code_hears_no_other_rule_of_the_nomenclature() -> None:
    answer = check(service("A", "599992", None), fees=[], patients=[])
    assert said(answer, "A") == {("known-code", "unchecked"), ("fee-known", "warn")}


@pytest.mark.parametrize(
    ("code", "at", "severity"),
    [
        ("303833", "2010-06-15T23:59", None),
        ("303844", "2010-06-16", "refuse"),
        ("303855", "2009-12-31T23:59", "refuse"),
        ("303855", "2010-01-01", None),
        ("373811", None, "unchecked"),
    ],
)
def test_code_in_force(code: str, at: str | None, severity: str | None) -> None:
    answer = check(service("A", code, at, tooth="16"))
    found = {finding for finding in said(answer, "A") if finding[0] == "code-in-force"}
    assert found == ({("code-in-force", severity)} if severity else set())


@pytest.mark.parametrize(
    ("at", "born", "severity"),
    [
        ("2009-04-30T23:59", date(1940, 1, 1), None),
        ("2009-05-01", date(1949, 5, 1), "refuse"),
        ("2009-05-01", date(1949, 5, 2), None),
        ("2010-06-14T23:59", date(1950, 6, 15), None),
        ("2010-06-15", date(1950, 6, 15), "refuse"),
        ("2010-12-31T23:59", date(1950, 12, 31), "refuse"),
        ("2010-12-31T23:59", date(1951, 1, 1), None),
        ("2010-06-15", None, "unchecked"),
        ("2009-04-30", None, None),
        ("2011-01-01", date(1940, 1, 1), "warn"),
        ("2011-01-01", None, "warn"),
        (None, date(1940, 1, 1), "unchecked"),
        (None, None, "unchecked"),
    ],
)
def test_annual_examination_age(at: str | None, born: date | None, severity: str | None) -> None:
    patients: list[Row] = [{"patient_id": "p", "birth_date": born}]
    answer = check(service("A", EXAMINATION, at), patients=patients)
    found = [f.severity for f in answer.findings if f.rule == "annual-examination-age"]
    assert found == ([severity] if severity else [])


def test_annual_examination_of_a_patient_who_is_not_in_the_table() -> None:
    answer = check(service("A", EXAMINATION), patients=[])
    assert ("annual-examination-age", "unchecked") in said(answer, "A")


@pytest.mark.parametrize(
    ("born", "age", "expected"),
    [
        (date(1948, 2, 29), 60, date(2008, 2, 29)),
        (date(1948, 2, 29), 62, date(2010, 3, 1)),
        (date(1950, 6, 15), 60, date(2010, 6, 15)),
    ],
)
def test_birthday(born: date, age: int, expected: date) -> None:
    assert birthday(born, age) == expected


# --- missing tables and columns -------------------------------------------------------------------

EVERYTHING_WRONG = folder_of(
    extraction("past", "2005-01-01", decided="accepted"),
    filling(
        "A",
        practitioner=folders.ORTHODONTIST,
        direct_method=False,
        provisional=True,
        surfaces="MO",
    ),
    filling("B", count=3, tooth="11"),
    filling("C", tooth=None),
    extraction("D"),
    service("E", EXAMINATION),
    service("F", "371696"),
    patients=[{"patient_id": "p", "birth_date": date(1940, 1, 1), "preferential": False}],
    fees=[],
)


@pytest.mark.parametrize(
    ("table", "column", "rules"),
    [
        ("titles", None, {"entitlement"}),
        ("patients", None, {"annual-examination-age", "pulpotomy-and-sealing-age"}),
        (
            "patients",
            "birth_date",
            {"annual-examination-age", "pulpotomy-and-sealing-age"},
        ),
        ("fees", None, {"fee-known"}),
        ("services", "direct_method", {"direct-method"}),
        ("services", "provisional", {"not-provisional"}),
        ("services", "surfaces", {"treated-faces"}),
        (
            "services",
            "tooth",
            {
                "tooth-number",
                "fillings-per-tooth-and-year",
                "extraction-once",
                "no-conservative-care-after-extraction",
            },
        ),
    ],
)
def test_rule_without_its_table_or_column_is_not_run(
    table: str, column: str | None, rules: set[str]
) -> None:
    before = {finding.rule for finding in decide(EVERYTHING_WRONG).findings}
    after = {finding.rule for finding in decide(without(EVERYTHING_WRONG, table, column)).findings}
    assert rules <= before
    # Without what tells two services apart, one is the other.
    assert after - {"same-service-twice"} == before - rules - {"same-service-twice"}


def test_empty_table_is_not_an_absent_one() -> None:
    answer = decide({**EVERYTHING_WRONG, "titles": [], "patients": []})
    assert ("entitlement", "unchecked") in said(answer, "E")
    assert ("annual-examination-age", "unchecked") in said(answer, "E")


def test_after_the_agreement_the_warning_needs_no_table() -> None:
    answer = check(service("A", EXAMINATION, "2011-01-01"))
    assert ("annual-examination-age", "warn") in said(answer, "A")


# --- prices ---------------------------------------------------------------------------------------


def euro(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def fee(
    first: str | None = None,
    last: str | None = None,
    maximum: str | None = None,
    ordinary: str | None = "15.00",
    preferential: str | None = "18.00",
) -> Row:
    return {
        "code": CONSULTATION,
        "valid_from": first and date.fromisoformat(first),
        "valid_to": last and date.fromisoformat(last),
        "fee": Decimal("20.00"),
        "maximum_fee": euro(maximum),
        "reimbursement": euro(ordinary),
        "reimbursement_preferential": euro(preferential),
    }


def priced(row: Row, preferential: bool | None, *fees: Row) -> tuple[Decision, bool]:
    """The decision, and whether a warning goes with it."""
    patients = [{"patient_id": "p", "birth_date": None, "preferential": preferential}]
    answer = check(row, patients=patients, fees=list(fees))
    return answer.decisions[row["service_id"]], ("fee-known", "warn") in said(answer, "A")


@pytest.mark.parametrize(
    ("preferential", "ordinary", "increased", "expected"),
    [
        (False, "15.00", "18.00", "15.00"),
        (True, "15.00", "18.00", "18.00"),
        (None, "15.00", "18.00", None),
        (None, "15.00", "15.00", "15.00"),
        (None, "15.00", None, None),
        (True, "15.00", None, None),
        (False, None, "18.00", None),
    ],
)
def test_reimbursement(
    preferential: bool | None, ordinary: str | None, increased: str | None, expected: str | None
) -> None:
    row = fee(ordinary=ordinary, preferential=increased)
    decision, warned = priced(service("A", CONSULTATION), preferential, row)
    assert decision.reimbursement == euro(expected)
    assert decision.patient_share == (20 - Decimal(expected) if expected else None)
    assert warned is (expected is None)


def test_amounts_are_for_the_row() -> None:
    row = service("A", CONSULTATION, count=3, fee=Decimal("60.00"), supplement=Decimal("10.50"))
    decision, warned = priced(row, False, fee(maximum="22.00"))
    assert decision == Decision(
        outcome="accepted",
        fee_agreed=Decimal("60.00"),
        fee_maximum=Decimal("66.00"),
        reimbursement=Decimal("45.00"),
        patient_share=Decimal("15.00"),
        above_fee=Decimal("4.50"),
    )
    assert not warned


@pytest.mark.parametrize(
    ("charged", "supplement", "maximum", "expected"),
    [
        ("20.00", "5.00", None, "5.00"),
        ("20.00", "5.00", "25.00", "0.00"),
        ("20.00", "5.01", "25.00", "0.01"),
        ("10.00", "0.00", None, "0.00"),
        (None, "5.00", None, None),
        ("20.00", None, None, None),
    ],
)
def test_above_fee(
    charged: str | None, supplement: str | None, maximum: str | None, expected: str | None
) -> None:
    row = service("A", CONSULTATION, fee=euro(charged), supplement=euro(supplement))
    decision, _ = priced(row, False, fee(maximum=maximum))
    assert decision.above_fee == euro(expected)


def test_refused_service_keeps_its_fees_and_is_not_reimbursed() -> None:
    row = service("A", CONSULTATION, practitioner=folders.GENERAL_PRACTITIONER)
    decision, warned = priced(row, True, fee(maximum="25.00"))
    assert (decision.outcome, decision.fee_agreed, decision.fee_maximum) == (
        "refused",
        Decimal("20.00"),
        Decimal("25.00"),
    )
    assert (decision.reimbursement, decision.patient_share) == (Decimal(0), Decimal("20.00"))
    assert not warned


@pytest.mark.parametrize(
    ("at", "known"),
    [
        ("2010-06-14", True),
        ("2010-06-15", False),
        ("2010-07-01", True),
        ("2010-12-31T23:59", True),
        ("2011-01-01", False),
        (None, False),
    ],
)
def test_fee_of_the_day(at: str | None, known: bool) -> None:
    rows = [fee(last="2010-06-14"), fee("2010-07-01", "2010-12-31")]
    decision, warned = priced(service("A", CONSULTATION, at), False, *rows)
    assert (decision.fee_agreed is not None) is known
    assert warned is not known


def test_fee_is_that_of_the_code_itself() -> None:
    decision, warned = priced(service("A", "371044"), False, fee())
    assert decision.fee_agreed is None
    assert warned


def test_no_table_of_fees_no_amounts_and_no_warning() -> None:
    answer = check(service("A", CONSULTATION, fee=Decimal(20), supplement=Decimal(0)))
    assert answer.decisions["A"] == Decision("accepted", None, None, None, None, None)
    assert not answer.findings


# --- what holds in every folder -------------------------------------------------------------------


def reordered(tables: Tables, seed: int) -> Tables:
    rng = random.Random(seed)
    return {name: rng.sample(rows, len(rows)) for name, rows in tables.items()}


def in_two_parts(tables: Tables, share: float) -> Answer:
    """Decide a first part of every patient's services, then the rest with those as history."""
    order = [decided.service for decided in walk(tables)]
    mine: dict[str, list[str]] = {}
    for each in order:
        mine.setdefault(each.patient_id, []).append(each.id)
    early = {one for ids in mine.values() for one in ids[: round(len(ids) * share)]}
    late = {each.id for each in order} - early
    first = decide({**tables, "services": [r for r in rows(tables) if r["service_id"] not in late]})
    past = outcomes(first)
    second = decide(
        {
            **tables,
            "services": [
                {**row, "decided": past.get(row["service_id"], row.get("decided"))}
                for row in rows(tables)
            ],
        }
    )
    decisions = {**first.decisions, **second.decisions}
    return Answer({each.id: decisions[each.id] for each in order}, first.findings + second.findings)


def rows(tables: Tables) -> Sequence[Any]:
    return tables["services"]


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    tables=folders.folders(), seed=st.integers(0, 9), share=st.sampled_from([0.0, 0.5, 0.3, 1.0])
)
def test_order_of_rows_and_parts_change_nothing(
    tables: folders.RandomFolder, seed: int, share: float
) -> None:
    answer = decide(tables)
    assert decide(reordered(tables, seed)) == answer
    parts = in_two_parts(tables, share)
    assert parts.decisions == answer.decisions
    assert by_patient(parts.findings) == by_patient(answer.findings)


ACROSS_PATIENTS = ("ids-alike", "one-attestation")
"""What is seen of all patients at once goes by the moment, and the parts are cut by patient."""


def by_patient(findings: list[Finding]) -> list[str]:
    return sorted(str(one) for one in findings if one.rule not in ACROSS_PATIENTS)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=folders.folders())
def test_findings_and_decisions_fit_each_other(tables: folders.RandomFolder) -> None:
    answer = decide(tables)
    new = [row["service_id"] for row in tables["services"] if row.get("decided") is None]
    assert sorted(answer.decisions) == sorted(new)
    past = {row["service_id"]: row.get("decided") for row in tables["services"]}
    for finding in answer.findings:
        by = finding.evidence_service_id
        if finding.severity == "refuse":
            assert answer.decisions[finding.service_id].outcome == "refused"
        if by is not None:
            standing = past[by] or answer.decisions[by].outcome
            assert standing in ("accepted", "unchecked")


def test_a_patient_alone_is_decided_the_same() -> None:
    tables = folders.random_folder(random.Random(5), patients=30)
    answer = decide(tables)
    for patient_id in {row["patient_id"] for row in tables["services"]}:
        for service_id, decision in decide(folders.alone(tables, patient_id)).decisions.items():
            [row] = [one for one in tables["services"] if one["service_id"] == service_id]
            assert row["patient_id"] == patient_id
            assert decision == answer.decisions[service_id]


def test_random_folders_are_well_formed() -> None:
    tables = folders.random_folder(random.Random(1), patients=300)
    ids = [row["service_id"] for row in tables["services"]]
    assert len(set(ids)) == len(ids)
    for row in tables["services"]:
        letters = row.get("surfaces") or ""
        assert len(set(letters)) == len(letters)
        assert not {"V", "B"} <= set(letters)
        assert not {"L", "P"} <= set(letters)
        if row["tooth"]:
            assert row["count"] in (None, 1)
            assert set(letters) <= set(folders.faces_of(row["tooth"]) + "B")


# The least share of the new services that must show each of these, over the seeded folders.
LEAST = {
    "accepted": 0.20,
    "refused": 0.25,
    "unchecked": 0.08,
    "known-code:unchecked": 0.002,
    "code-in-force:refuse": 0.004,
    "code-in-force:unchecked": 0.015,
    "fee-known:warn": 0.10,
    "tooth-number:refuse": 0.010,
    "entitlement:refuse": 0.05,
    "entitlement:unchecked": 0.03,
    "entitlement:warn": 0.004,
    "direct-method:refuse": 0.008,
    "direct-method:unchecked": 0.008,
    "not-provisional:refuse": 0.008,
    "not-provisional:unchecked": 0.008,
    "treated-faces:unchecked": 0.008,
    "treated-faces:warn": 0.015,
    "fillings-per-tooth-and-year:refuse": 0.030,
    "fillings-per-tooth-and-year:unchecked": 0.010,
    "extraction-once:refuse": 0.020,
    "extraction-once:unchecked": 0.006,
    "no-conservative-care-after-extraction:refuse": 0.020,
    "no-conservative-care-after-extraction:unchecked": 0.015,
    "no-cumulation-455630:refuse": 0.008,
    "no-cumulation-455630:unchecked": 0.001,
    "no-cumulation-radiology:refuse": 0.020,
    "no-cumulation-radiology:unchecked": 0.004,
    "annual-examination-age:refuse": 0.010,
    "annual-examination-age:unchecked": 0.010,
    "annual-examination-age:warn": 0.004,
    "article-34-cumulations:refuse": 0.0004,
    "article-34-cumulations:unchecked": 0.0001,
    "conditional-attestation:warn": 0.04,
    "conditional-extraction:warn": 0.01,
    "digital-data-kept:refuse": 0.003,
    "digital-data-kept:unchecked": 0.002,
    "extraction-age:refuse": 0.01,
    "extraction-age:unchecked": 0.004,
    "extraction-age:warn": 0.002,
    "images-minimum:refuse": 0.006,
    "images-minimum:unchecked": 0.003,
    "implant-age:refuse": 0.005,
    "implant-age:unchecked": 0.002,
    "implant-age:warn": 0.0008,
    "implant-denture:refuse": 0.001,
    "implant-denture:unchecked": 0.001,
    "implant-denture:warn": 0.0008,
    "implant-lower-jaw:refuse": 0.004,
    "implant-lower-jaw:unchecked": 0.0009,
    "implant-lower-jaw:warn": 0.0008,
    "no-particular-requirement:refuse": 0.005,
    "not-after-check:warn": 0.002,
    "on a bridge day": 0.001,
    "only refused": 0.01,
    "ecg-a-day:refuse": 0.001,
    "no-patient-share:warn": 0.001,
    "panoramic-child:warn": 0.001,
    "panoramic-earlier-images:refuse": 0.0009,
    "panoramic-earlier-images:unchecked": 0.001,
    "panoramic-examined:refuse": 0.001,
    "panoramic-examined:unchecked": 0.002,
    "panoramic-justification:refuse": 0.001,
    "panoramic-pregnancy:warn": 0.001,
    "prefabricated-crown-age:refuse": 0.008,
    "prefabricated-crown-age:unchecked": 0.003,
    "prefabricated-crown-age:warn": 0.001,
    "prefabricated-crown-tooth:refuse": 0.006,
    "prefabricated-crown-tooth:unchecked": 0.002,
    "prefabricated-crown-tooth:warn": 0.001,
    "prescription-contents:refuse": 0.02,
    "prescription-birth-date:unchecked": 0.002,
    "prescription-day:unchecked": 0.0002,
    "prescription-patient:refuse": 0.0003,
    "prescription-prescriber-number:refuse": 0.0003,
    "most-indicated-examination:refuse": 0.0005,
    "substitution-explained:refuse": 0.0005,
    "no-cumulation-unknown-article:unchecked": 0.001,
    "radiography-establishment:refuse": 0.002,
    "radiography-establishment-control:refuse": 0.002,
    "restoration-of-unstated-kind:warn": 0.002,
    "two-implants:refuse": 0.0005,
    "prescription-form:refuse": 0.0009,
    "prescription-form:unchecked": 0.001,
    "prescription-in-treatment:refuse": 0.001,
    "prescription-in-treatment:unchecked": 0.001,
    "prescription-known:unchecked": 0.007,
    "prescription-prescriber:refuse": 0.001,
    "prescription-prescriber:unchecked": 0.002,
    "public-offer:refuse": 0.003,
    "public-offer:unchecked": 0.01,
    "pulpotomy-and-sealing-age:refuse": 0.006,
    "pulpotomy-and-sealing-age:unchecked": 0.002,
    "pulpotomy-and-sealing-age:warn": 0.0007,
    "radiography-authorisation:refuse": 0.02,
    "radiography-authorisation:unchecked": 0.004,
    "relieved": 0.001,
    "report-kept:refuse": 0.003,
    "report-kept:unchecked": 0.003,
    "scaling-age:refuse": 0.001,
    "scaling-age:unchecked": 0.0008,
    "scaling-age:warn": 0.0003,
    "scaling-anaesthesia:refuse": 0.0004,
    "scaling-anaesthesia:unchecked": 0.0004,
    "scaling-anaesthesia:warn": 0.0003,
    "supplement-article-14:refuse": 0.002,
    "supplement-article-14:unchecked": 0.002,
    "supplement-goes-with:refuse": 0.01,
    "supplement-goes-with:unchecked": 0.03,
    "supplement-headings:refuse": 0.003,
    "supplement-headings:unchecked": 0.002,
    "supplement-hours:refuse": 0.02,
    "supplement-hours:unchecked": 0.01,
    "supplement-radiology:refuse": 0.003,
    "supplement-radiology:unchecked": 0.002,
    "suture-case:refuse": 0.001,
    "suture-case:unchecked": 0.01,
    "suture-case:warn": 0.002,
    "suture-session:refuse": 0.02,
    "suture-session:unchecked": 0.0008,
    "suture-session:warn": 0.002,
    "urgency-is-real:refuse": 0.005,
    "urgency-is-real:unchecked": 0.006,
    "count": 0.05,
    "waits": 0.015,
    "evidence:history": 0.05,
    "evidence:unchecked": 0.03,
    "spared": 0.010,
    "chain": 0.006,
    "chain:no-cumulation-radiology": 0.002,
    "chain:no-cumulation-455630": 0.002,
    "chain:no-conservative-care-after-extraction": 0.0002,
    "chain:fillings-per-tooth-and-year": 0.0001,
}


def too_rare(found: dict[str, float]) -> dict[str, float]:
    return {name: found.get(name, 0) for name, least in LEAST.items() if found.get(name, 0) < least}


def test_forty_folders_show_every_rule_and_every_hard_case() -> None:
    measures = []
    for seed in range(40):
        tables = folders.random_folder(random.Random(seed), patients=150)
        measures.append(folders.rates(decide(tables, folders.AS_OF), tables))
    assert not too_rare(folders.mean(measures))


def test_folders_with_plus_show_the_title_of_who_performs() -> None:
    found = folders.mean(
        [
            folders.rates(decide(tables), tables)
            for tables in (folders.folder_with_plus(random.Random(seed), 60) for seed in range(9))
        ]
    )
    rule = "supplement-article-14-title"
    assert found[f"{rule}:refuse"] > 0.02
    assert found[f"{rule}:unchecked"] > 0.02

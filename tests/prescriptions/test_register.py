"""The register of prescriptions: its order, its terms, and what it says of deletion."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from conventio.claims.compute import compute, describe
from conventio.folder.clock import today
from conventio.law import shipped
from conventio.prescriptions.register import COLUMNS
from conventio.prescriptions.retention import prescription_retention
from tests.cli.run import Ran, conventio, files_in

PROVISION = "nomenclature-6/17.3-4"
ONE, OTHER = "39990130001", "39990625001"
"""Synthetic; their check numbers are right."""

SERVICES = f"""\
service_id,attestation_id,patient_id,practitioner,performed_at,code,line,prescription_id,report
S1,A1,P1,{ONE},2020-03-02T11:00,307031,1,R1,true
S2,A1,P1,{ONE},2020-03-02,307031,2,R1,true
S3,A2,P1,{OTHER},2020-03-09,307031,,R1,false
S4,A3,P2,{ONE},2020-02-29,307031,2,R2,
S5,A3,P2,{ONE},2020-02-29,307031,1,R3,true
S6,A4,P3,{ONE},2020-05-04,304371,,,
S7,A5,P3,{ONE},,307031,,R4,true
S8,A5,P3,{ONE},2020-05-04,307031,,R4,true
"""
PRESCRIPTIONS = f"""\
prescription_id,prescriber,patient_id
R1,{OTHER},P1
R2,,P2
R4,{OTHER},P3
R5,{OTHER},P4
R6,,P4
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "folder"
    made.mkdir()
    (made / "services.csv").write_text(SERVICES, encoding="utf-8")
    (made / "prescriptions.csv").write_text(PRESCRIPTIONS, encoding="utf-8")
    return made


def register(folder: Path, *words: object, on: str = "2025-03-01") -> Ran:
    return conventio("register", folder, "--on", on, *words)


def rows(ran: Ran, *columns: str) -> list[tuple[object, ...]]:
    assert ran.code == 0, ran.stderr
    return [tuple(row[name] for name in columns) for row in ran.data["register"]]


@pytest.mark.parametrize(
    ("executed_on", "last_day"),
    [
        ("2020-03-02", "2025-03-02"),
        ("2020-12-31", "2025-12-31"),
        ("2020-02-27", "2025-02-27"),
        ("2020-02-28", "2025-02-28"),
        ("2020-02-29", "2025-02-28"),
        ("2020-03-01", "2025-03-01"),
        ("2019-02-28", "2024-02-29"),
        ("2019-03-01", "2024-03-01"),
    ],
)
def test_five_years_from_the_day_after(executed_on: str, last_day: str) -> None:
    last = date.fromisoformat(last_day)
    for asked_on, passed in ((last, False), (date.fromordinal(last.toordinal() + 1), True)):
        given = {"executed_on": executed_on, "asked_on": str(asked_on)}
        answer = compute(shipped(), PROVISION, given)
        assert (answer.value.last_day, answer.value.passed) == (last, passed)
        assert answer.value.asked_on == asked_on
    assert prescription_retention(date.fromisoformat(executed_on), retention=5).last_day == last


def test_the_day_that_is_asked_about_is_today_unless_told() -> None:
    before = today()
    assert before <= prescription_retention(date(2020, 3, 2), retention=5).asked_on <= today()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "executed_on=2020-02-30",
            "executed_on: found '2020-02-30', expected: a day as 2020-03-01",
        ),
        ("executed_on=20200302", "executed_on: found 20200302, expected: a day as 2020-03-01"),
        ("executed_on=9999-01-01", "found '9999-01-01', expected: a day of 1900 to 2999"),
        ("executed=2020-03-02", "executed_on: found {'executed': '2020-03-02'}"),
    ],
)
def test_a_day_that_is_none_is_told(given: str, said: str) -> None:
    ran = conventio("compute", PROVISION, given)
    assert (ran.code, said in ran.stderr) == (2, True), ran.stderr


def test_the_provision_can_be_executed_and_says_what_it_asks() -> None:
    (listed,) = [one for one in conventio("law", "--json").data if one["id"] == PROVISION]
    assert (listed["executable"], listed["mechanism"]) == ("yes", "prescription-retention")
    assert describe(shipped(), PROVISION)["required"] == ["executed_on"]
    assert (
        "last_day: 2025-02-28" in conventio("compute", PROVISION, "executed_on=2020-02-29").stdout
    )


def test_the_register_is_in_the_order_of_the_services(folder: Path) -> None:
    """By date and time, then line, then service; at the end what has no date, or no service."""
    assert rows(register(folder, "--json"), "service_id", "prescription_id", "performed_at") == [
        ("S5", "R3", "2020-02-29"),
        ("S4", "R2", "2020-02-29"),
        ("S2", "R1", "2020-03-02"),
        ("S1", "R1", "2020-03-02T11:00:00"),
        ("S3", "R1", "2020-03-09"),
        ("S8", "R4", "2020-05-04"),
        ("S7", "R4", None),
        (None, "R5", None),
        (None, "R6", None),
    ]


def test_the_order_of_rows_plays_no_part(folder: Path) -> None:
    before = register(folder, "--json").stdout
    head, *lines = SERVICES.splitlines(keepends=True)
    (folder / "services.csv").write_text(head + "".join(reversed(lines)), encoding="utf-8")
    assert register(folder, "--json").stdout == before


def test_the_term_runs_from_the_last_execution_whoever_performed_it(folder: Path) -> None:
    expected = [("S2", "2020-03-09", "2025-03-09"), ("S1", "2020-03-09", "2025-03-09")]
    columns = ("service_id", "executed_on", "kept_until")
    found = rows(register(folder, "--json", "--practitioner", ONE), *columns)
    assert [row for row in found if row[0] in ("S1", "S2")] == expected


def test_what_lacks_is_named(folder: Path) -> None:
    found = rows(register(folder, "--json"), "service_id", "prescription_id", "missing")
    assert {(service, prescription): lacks for service, prescription, lacks in found if lacks} == {
        ("S3", "R1"): ["report"],
        ("S4", "R2"): ["prescriber", "report"],
        ("S5", "R3"): ["prescription"],
        ("S7", "R4"): ["performed_at"],
        ("S8", "R4"): ["last-execution"],
        (None, "R5"): ["execution"],
        (None, "R6"): ["execution", "prescriber"],
    }


def test_without_a_date_of_one_service_there_is_no_term(folder: Path) -> None:
    found = rows(register(folder, "--json"), "prescription_id", "kept_until", "passed")
    assert [row for row in found if row[0] in ("R4", "R5")] == [
        ("R4", None, None),
        ("R4", None, None),
        ("R5", None, None),
    ]


def test_the_last_day_still_counts(folder: Path) -> None:
    columns = ("service_id", "kept_until")
    assert rows(register(folder, "--json", "--passed", on="2025-02-28"), *columns) == []
    passed = rows(register(folder, "--json", "--passed", on="2025-03-01"), *columns)
    assert passed == [("S5", "2025-02-28"), ("S4", "2025-02-28")]


def test_a_register_for_one_performer(folder: Path) -> None:
    assert rows(register(folder, "--json", "--practitioner", OTHER), "service_id") == [("S3",)]
    unknown = register(folder, "--practitioner", "39990130")
    assert (unknown.code, unknown.stderr) == (
        2,
        f"{folder}: no service is of practitioner 39990130; --practitioner takes an 11-digit NIHDI "
        "number of the column practitioner\n",
    )


def test_it_is_read_by_people(folder: Path) -> None:
    shown = register(folder, "--passed").stdout
    assert "S4" in shown
    assert "S1" not in shown
    assert "Services with a prescription: 7; their term has passed on 1 March 2025: 2." in shown
    assert "other rules may still ask to keep the prescription longer" in shown
    french = register(folder, "--language", "fr").stdout
    assert "Registre des prescriptions" in french
    assert "délai écoulé le 1er mars 2025 : 2." in french


KEPT = (
    "R1: executed on 9 March 2020, it is kept up to 9 March 2025, that day included "
    f"({PROVISION}). On 9 March 2025 it may not be deleted.\n"
)
PASSED = (
    f"R1: the term of {PROVISION} has passed, its last day was 9 March 2025. "
    "Other rules may ask to keep it longer. Nothing is deleted by this program.\n"
)


def test_deletion_is_refused_before_the_term_and_never_done(folder: Path) -> None:
    before = {name: (folder / name).read_bytes() for name in files_in(folder)}
    ran = register(folder, "--may-delete", "R1", on="2025-03-09")
    assert (ran.code, ran.stdout, ran.stderr) == (2, "", KEPT)
    ran = register(folder, "--may-delete", "R1", on="2025-03-10")
    assert (ran.code, ran.stdout, ran.stderr) == (0, PASSED, "")
    data = register(folder, "--may-delete", "R1", "--json", on="2025-03-10").data
    assert (data["kept_until"], data["passed"]) == ("2025-03-09", True)
    assert {name: (folder / name).read_bytes() for name in files_in(folder)} == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ["--may-delete", "R4"],
            f"R4: the end of its term ({PROVISION}) is not known, for this is missing: "
            "date of service. It may not be deleted.\n",
        ),
        (
            ["--may-delete", "R6"],
            f"R6: the end of its term ({PROVISION}) is not known, for this is missing: "
            "a service that carries it out. It may not be deleted.\n",
        ),
        (
            ["--may-delete", "R11"],
            "FOLDER: holds no prescription R11, and no service names it; did you mean R1?\n",
        ),
        (["--may-delete", "R1", "--passed"], "--may-delete asks about one prescription"),
        (["--csv", "FOLDER/services.csv"], "is there already, and is no register. Name another."),
        (["--on", "9/3/2025"], "expected a date such as 2020-12-31"),
    ],
)
def test_what_can_not_be_answered_is_told(folder: Path, words: list[str], said: str) -> None:
    ran = register(folder, *(word.replace("FOLDER", str(folder)) for word in words))
    assert (ran.code, ran.stdout) == (2, "")
    assert said.replace("FOLDER", str(folder)) in ran.stderr


def test_a_register_as_csv_replaces_only_a_register(folder: Path, tmp_path: Path) -> None:
    written = tmp_path / "register.csv"
    for _ in range(2):
        assert register(folder, "--csv", written, "--passed").code == 0
    with written.open(encoding="utf-8", newline="") as stream:
        reader = csv.DictReader(stream)
        assert [row["service_id"] for row in reader] == ["S5", "S4"]
    assert tuple(reader.fieldnames or ()) == COLUMNS
    assert files_in(tmp_path) == {"folder", "register.csv"}


def test_what_the_input_has_not_is_told_once(folder: Path) -> None:
    (folder / "prescriptions.csv").unlink()
    bare = "\n".join(line.rpartition(",")[0] for line in SERVICES.splitlines())
    (folder / "services.csv").write_text(bare + "\n", encoding="utf-8")
    ran = register(folder)
    assert ran.stderr.splitlines() == [
        "The services have no column report: whether a copy of the report is kept is not known.",
        "The folder has no table prescriptions: who prescribed is not known.",
    ]
    found = rows(register(folder, "--json"), "service_id", "missing")
    assert [row for row in found if row[1]] == [
        ("S8", ["last-execution"]),
        ("S7", ["performed_at"]),
    ]


def test_a_law_without_the_term_is_told(folder: Path) -> None:
    law = Path(__file__).parents[1] / "law" / "invented"
    ran = register(folder, "--law", law)
    assert (ran.code, ran.stderr) == (
        2,
        "The law used has no provision on how long prescriptions are kept; without --law the "
        "shipped law is used.\n",
    )

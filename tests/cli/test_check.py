from __future__ import annotations

import csv
import json
from datetime import date
from pathlib import Path

import pytest

from tests.cli.run import conventio, example_in, files_in

WRITTEN = {"decisions.parquet", "findings.parquet", "run.json", "report.html"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return example_in(tmp_path / "folder")


def spoil(folder: Path) -> None:
    """Give one row of the services a code that can't be."""
    services = folder / "services.csv"
    text = services.read_text(encoding="utf-8")
    services.write_text(text.replace(",399991,", ",399992,"), encoding="utf-8")


def new_services(folder: Path) -> list[dict[str, str]]:
    """The services of the folder that were not decided before."""
    return [row for row in rows_of(folder / "services.csv") if not row["decided"]]


def test_a_check_writes_beside_the_tables_and_says_where(folder: Path) -> None:
    ran = conventio("check", folder)
    assert ran.code == 0
    assert files_in(folder / "out") == WRITTEN
    assert f"Report:  {folder / 'out' / 'report.html'}" in ran.stdout
    assert "fillings-per-tooth-and-year" in ran.stdout
    assert "nomenclature-6/4bis-3" in ran.stdout


def test_the_json_is_that_of_run_json(folder: Path) -> None:
    ran = conventio("check", folder, "--json")
    assert ran.data == json.loads((folder / "out" / "run.json").read_text(encoding="utf-8"))
    assert ran.data["services"] == len(new_services(folder))


def test_csv_on_request_elsewhere_on_request(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "elsewhere"
    assert conventio("check", folder, "--out", out, "--csv").code == 0
    assert files_in(out) == WRITTEN | {"decisions.csv", "findings.csv"}
    assert not (folder / "out").exists()


def test_an_earlier_answer_is_kept_unless_forced(folder: Path) -> None:
    assert conventio("check", folder).code == 0
    before = (folder / "out" / "run.json").stat().st_mtime_ns
    ran = conventio("check", folder)
    assert ran.code == 2
    assert "--force" in ran.stderr
    assert (folder / "out" / "run.json").stat().st_mtime_ns == before
    assert conventio("check", folder, "--force").code == 0
    assert (folder / "out" / "run.json").stat().st_mtime_ns != before


def test_force_replaces_nothing_but_answers(folder: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "letter.txt").write_text("dear", encoding="utf-8")
    for out in (mine, folder, tmp_path):
        assert conventio("check", folder, "--out", out, "--force").code == 2
    assert files_in(mine) == {"letter.txt"}
    assert (folder / "services.csv").is_file()


def test_bad_input_leaves_nothing_behind(folder: Path, tmp_path: Path) -> None:
    spoil(folder)
    before = files_in(folder)
    ran = conventio("check", folder)
    assert ran.code == 2
    assert "services.csv, row" in ran.stderr
    assert "column code" in ran.stderr
    assert '"399992"' in ran.stderr
    assert ran.stdout == ""
    assert files_in(folder) == before


def test_all_problems_go_to_a_file(folder: Path, tmp_path: Path) -> None:
    spoil(folder)
    listed = tmp_path / "problems.csv"
    assert conventio("check", folder, "--problems", listed).code == 2
    with listed.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [(row["table"], row["column"], row["found"]) for row in rows] == [
        ("services", "code", "399992")
    ]
    assert conventio("check", folder, "--problems", listed).code == 2, "a list may be replaced"


def test_the_list_of_problems_replaces_no_other_file(folder: Path) -> None:
    services = folder / "services.csv"
    before = services.read_bytes()
    ran = conventio("check", folder, "--problems", services)
    assert (ran.code, "no list of problems" in ran.stderr) == (2, True)
    assert services.read_bytes() == before


def test_bad_rows_can_be_set_aside(folder: Path) -> None:
    spoil(folder)
    ran = conventio("check", folder, "--set-aside", "--json")
    assert ran.code == 0
    assert ran.data["set_aside"] == {"services": 1}
    assert ran.data["services"] == len(new_services(folder)) - 1
    with (folder / "out" / "set_aside_services.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["service_id"] == "S37"


def test_what_is_not_in_the_input_is_told(folder: Path) -> None:
    (folder / "titles.csv").unlink()
    ran = conventio("check", folder)
    assert "Rules that were not run" in ran.stdout
    assert "entitlement" in ran.stdout
    not_run = json.loads((folder / "out" / "run.json").read_text("utf-8"))["rules_not_run"]
    (entitlement,) = [one for one in not_run if one["rule"] == "entitlement"]
    assert entitlement["missing"] == "titles"
    assert entitlement["services"] > 30


def test_warnings_go_to_stderr(folder: Path) -> None:
    (folder / "tittles.csv").write_text("x\n1\n", encoding="utf-8")
    ran = conventio("check", folder, "--json")
    assert ran.code == 0
    assert "tittles.csv" in ran.stderr
    assert ran.data["warnings"] == 1


def test_the_law_may_be_that_of_an_earlier_day(folder: Path) -> None:
    ran = conventio("check", folder, "--known", "2008-12-31", "--json")
    assert ran.data["known"] == "2008-12-31"
    assert "annual-examination-age" not in ran.data["rules_run"]


def test_services_after_the_day_of_the_check_are_told(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without `--as-of` that day is today."""
    late = ("check", folder, "--as-of", "2020-06-30", "--json", "--force")
    told = {one["rule"]: one for one in conventio(*late).data["findings"]}
    assert (told["not-after-check"]["severity"], told["not-after-check"]["services"] > 0) == (
        "warn",
        True,
    )
    assert conventio(*late).data["as_of"] == "2020-06-30"
    monkeypatch.setattr("conventio.folder.clock.today", lambda: date(2020, 6, 30))
    today = conventio("check", folder, "--json", "--force").data
    assert today == conventio(*late).data


HEADER = "service_id,attestation_id,patient_id,practitioner,performed_at,code"


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ("s2,A2,P2,39990130001,2022-03-01,301011", "The id of this service differs from 's2'"),
        ("S1,a1 ,P2,39990130001,2022-03-01,301011", "The id of the attestation differs from 'a1 '"),
        ("S1,A1,P2,39990130001,2022-03-01,301011", "another patient"),
    ],
)
def test_what_services_of_another_patient_show_is_explained(
    other: str, said: str, tmp_path: Path
) -> None:
    rows = [HEADER, other, "S2,A1,P1,39990130001,2022-03-02,301011"]
    (tmp_path / "services.csv").write_text("\n".join(rows), encoding="utf-8")
    assert said in " ".join(conventio("explain", tmp_path, "S2").stdout.split())


def test_a_rule_on_some_patients_is_asked_of_no_other(tmp_path: Path) -> None:
    """Pregnancy is nothing to ask of a man, nor of a child; of somebody unknown it is."""
    born = {"woman": "female,1990-05-01", "man": "male,1990-05-01", "child": "female,2015-05-01"}
    patients = ["patient_id,sex,birth_date", *(f"{one},{its}" for one, its in born.items())]
    (tmp_path / "patients.csv").write_text("\n".join(patients), encoding="utf-8")
    rows = [f"{one},{one},{one},39990130001,2022-03-02,377090,false" for one in (*born, "nobody")]
    text = "\n".join([f"{HEADER},pregnant", *rows])
    (tmp_path / "services.csv").write_text(text, encoding="utf-8")
    explained = {
        one: conventio("explain", tmp_path, one, "--json").data for one in (*born, "nobody")
    }
    asked = {one: told["decision"]["rules_asked"] for one, told in explained.items()}
    some = asked["man"]
    assert asked == {"woman": some + 1, "man": some, "child": some, "nobody": some + 1}
    said = conventio("explain", tmp_path, "man").stdout
    assert f"Rules asked of this service, besides those on code, date and amounts: {some}." in said
    assert {
        one for one, told in explained.items() if "panoramic-pregnancy" in str(told["rules"])
    } == {"woman", "nobody"}


def test_rules_on_prescriptions_are_explained_where_there_is_one(tmp_path: Path) -> None:
    rows = [f"{one},{one},P,39990130001,2022-03-02,377090,{one}" for one in ("", "R")]
    text = "\n".join([f"{HEADER},prescription_id", rows[0].replace(",,P", "S,A,P"), rows[1]])
    (tmp_path / "services.csv").write_text(text, encoding="utf-8")
    (tmp_path / "prescriptions.csv").write_text("prescription_id,signed\nR,true\n", "utf-8")
    of_known = {"prescription-form", "prescription-known"}
    for service, told in {"S": set(), "R": {"prescription-known"}}.items():
        rules = conventio("explain", tmp_path, service, "--json").data["rules"]
        assert of_known & {one["rule"] for one in rules} == told


def test_a_service_after_the_day_of_the_check_is_explained(folder: Path) -> None:
    words = ("explain", folder, "S14", "--as-of", "1950-01-01")
    assert "not-after-check" in conventio(*words, "--language", "nl").stdout
    rules = conventio(*words, "--json").data["rules"]
    says = {one["rule"]: one["says"] for one in rules}
    assert says["not-after-check"] == "warn"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["folder", "--as-of", "tomorrow"], "expected a date such as"),
        (["nowhere"], "no folder of that name"),
        (["folder/services.csv"], "expected the folder"),
        (["folder", "--known", "31/12/2010"], "expected a date such as"),
        (["folder", "--law", "nowhere"], "--law takes a folder"),
        (["folder", "--law", "folder"], "no source"),
        (["folder", "--tables", "folder"], "--tables goes with a message"),
        (["folder", "--problems", "nowhere/p.csv"], "--problems"),
        (["folder", "--colour"], "--colour"),
        ([], "FOLDER"),
    ],
)
def test_what_is_typed_wrong_is_said(
    words: list[str], said: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    before = files_in(folder)
    ran = conventio("check", *words)
    assert ran.code == 2
    assert said in ran.stderr
    assert "Traceback" not in ran.stderr
    assert (ran.stdout, files_in(folder), files_in(folder.parent)) == ("", before, {"folder"})


def test_the_list_of_problems_is_written_though_the_output_is_there(
    folder: Path, tmp_path: Path
) -> None:
    listed = tmp_path / "problems.csv"
    assert conventio("check", folder).code == 0
    assert conventio("check", folder, "--problems", listed).code == 2
    assert len(listed.read_text(encoding="utf-8").splitlines()) == 1, "there is nothing wrong"
    spoil(folder)
    ran = conventio("check", folder, "--problems", listed)
    assert (ran.code, "399992" in ran.stderr, str(folder / "out") in ran.stderr) == (2, True, True)
    assert len(listed.read_text(encoding="utf-8").splitlines()) == 2


def test_where_every_row_is_bad_nothing_is_left_to_put_aside(tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_text(
        "service_id,attestation_id,patient_id,practitioner,performed_at,code\n"
        "S1,A1,P1,31234592001,2020-03-02,301012\nS2,A1,P1,31234592001,2020-03-02,x\n",
        encoding="utf-8",
    )
    ran = conventio("check", tmp_path, "--set-aside")
    assert ran.code == 2
    assert (
        "services.csv: found 2 rows, and each of them is bad, expected at least one" in ran.stderr
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", [None, "--set-aside"])
def test_amounts_of_any_size_are_answered(tmp_path: Path, option: str | None) -> None:
    most = "9999999999.99"
    (tmp_path / "fees.csv").write_text(
        "code,fee,maximum_fee,reimbursement,reimbursement_preferential\n"
        f"301011,{most},{most},{most},{most}\n301033,40.00,,30.00,30.00\n",
        encoding="utf-8",
    )
    rows = [f"s{n},a{n},p1,31234592001,2024-01-05,301011,999999,{most},{most}" for n in range(200)]
    rows.append(f"t,b,p1,31234592001,2024-01-05,301033,1,{most},50.00")
    header = (
        "service_id,attestation_id,patient_id,practitioner,performed_at,code,count,fee,supplement"
    )
    text = "\n".join([header, *rows]) + "\n"
    (tmp_path / "services.csv").write_text(text, encoding="utf-8")
    ran = conventio("check", tmp_path, "--csv", *([option] if option else []))
    assert ran.code == 0, ran.stderr
    with (tmp_path / "out" / "decisions.csv").open(encoding="utf-8") as stream:
        decisions = {row["service_id"]: row for row in csv.DictReader(stream)}
    assert decisions["s0"]["fee_agreed"] == "9999989999990000.01"
    assert decisions["t"]["above_fee"] == "10000000009.99"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t"])
def test_for_a_spreadsheet_no_text_is_a_formula(tmp_path: Path, start: str) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    service = f"{start}cmd|' /C calc'!A0"
    lines = [
        "service_id,attestation_id,patient_id,practitioner,performed_at,code,fee",
        f'"{service}",A1,P1,39990130001,2021-03-02,371114,25.00',
    ]
    (folder / "services.csv").write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    asked = ("check", folder, "--joined", "--force")
    assert conventio(*asked, "--csv", "excel").code == 0
    assert {row["service_id"] for row in rows_of(folder / "out" / "joined.csv")} == {f"'{service}"}
    assert {row["fee"] for row in rows_of(folder / "out" / "joined.csv")} == {"25.00"}
    assert conventio("check", "--joined", "--force", "--csv", folder).code == 0
    for table in ("decisions", "joined"):
        assert rows_of(folder / "out" / f"{table}.csv")[0]["service_id"] == service


def rows_of(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))

"""The figures that are shown add up to the tables that are written."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conventio.claims.sums import SUMMED, Sum
from conventio.pages.figures import CODES, Share
from tests.cli.run import conventio, example_in
from tests.pages.written import COLUMNS, Written, all_refused, empty, folder_of, written

CODE = "304371"


def total(values: Iterable[Decimal | None]) -> Sum:
    """The sum of amounts, as it is shown."""
    amounts = list(values)
    known = [value for value in amounts if value is not None]
    return Sum(sum(known, Decimal("0.00")), len(known), len(amounts) - len(known))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return example_in(tmp_path_factory.mktemp("figures") / "folder")


@pytest.fixture(scope="module")
def made(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Written:
    return written(folder, tmp_path_factory.mktemp("report") / "report.html")


@pytest.fixture(scope="module")
def decided(folder: Path, made: Written) -> list[dict[str, Any]]:
    """The decisions, each with what the input has of the service."""
    with (folder / "services.csv").open(encoding="utf-8", newline="") as stream:
        given = {row["service_id"]: row for row in csv.DictReader(stream)}
    return [{**given[row["service_id"]], **row} for row in made.decisions.to_pylist()]


def test_the_totals_are_those_of_the_decisions(
    made: Written, decided: list[dict[str, Any]]
) -> None:
    by_outcome = Counter(row["outcome"] for row in decided)
    assert made.figures.services == len(decided)
    for shown in made.figures.outcomes:
        ones = [row for row in decided if row["outcome"] == shown.outcome]
        assert shown.services == by_outcome[shown.outcome]
        assert set(shown.amounts) == set(SUMMED[shown.outcome])
        for name in set(shown.amounts) - {"reimbursement_not_paid"}:
            assert shown.amounts[name] == total(row[name] for row in ones), name


def test_what_is_refused_is_no_share_of_patients(made: Written) -> None:
    accepted, unchecked, refused = made.figures.outcomes
    assert "patient_share" in accepted.amounts
    assert "patient_share" in unchecked.amounts
    assert not {"patient_share", "reimbursement"} & set(refused.amounts)


FEES = "code,fee,reimbursement,reimbursement_preferential"


def with_fees(location: Path, fees: list[str]) -> Path:
    """Fillings that are refused, twice 304371, 373892 with its fees and 374371 with none."""
    rows = [
        f"{name},a,p{name},39990130001,2024-01-05,{facts}".split(",")
        for name, facts in (
            ("s0", "304371,16,O,true,true,1"),
            ("s1", "304371,,O,true,true,3"),
            ("s2", "373892,16,O,true,true,1"),
            ("s3", "374371,16,O,true,true,1"),
            ("s4", "304371,16,O,true,false,1"),
        )
    ]
    folder = folder_of(location, rows, f"{COLUMNS},tooth,surfaces,direct_method,provisional,count")
    patients = ["ps0,false", "ps1,true", "ps2,", "ps3,false", "ps4,false"]
    (folder / "patients.csv").write_text("\n".join(["patient_id,preferential", *patients]) + "\n")
    (folder / "fees.csv").write_text("\n".join([FEES, *fees]) + "\n")
    return folder


def test_what_refusals_cost_is_what_the_fee_table_gives(tmp_path: Path) -> None:
    fees = ["304371,40.00,30.00,40.00", "373892,50.00,35.00,45.00"]
    folder = with_fees(tmp_path / "folder", fees)
    accepted, _, refused = written(folder, tmp_path / "r.html").figures.outcomes
    assert accepted.amounts["reimbursement"] == Sum(Decimal("30.00"), 1, 0)
    # s0 30.00 and s1 3 x 40.00; of s2 the regime is not known, of s3 the fee.
    assert refused.amounts["reimbursement_not_paid"] == Sum(Decimal("150.00"), 2, 2)
    assert refused.amounts["fee_agreed"] == Sum(Decimal("210.00"), 3, 1)
    text = (tmp_path / "r.html").read_text(encoding="utf-8")
    assert "€150.00" in text
    assert "not known for 2" in text


def test_what_is_known_of_no_service_is_no_amount(tmp_path: Path) -> None:
    folder = with_fees(tmp_path / "folder", [])
    accepted, unchecked, refused = written(folder, tmp_path / "r.html").figures.outcomes
    assert accepted.amounts["reimbursement"].amount is None
    assert refused.amounts["reimbursement_not_paid"] == Sum(Decimal("0.00"), 0, 4)
    assert refused.amounts["reimbursement_not_paid"].amount is None
    assert unchecked.amounts["reimbursement"].amount == 0, "of no service it is nothing"


def test_programs_have_the_same_sums(folder: Path, made: Written) -> None:
    told = conventio("check", folder, "--json", "--force").data["amounts"]
    assert told == {
        one.outcome: {
            name: {"sum": str(its.amount), "not_known": its.unknown}
            for name, its in one.amounts.items()
        }
        for one in made.figures.outcomes
    }


def test_periods_and_codes_add_up_to_the_totals(made: Written) -> None:
    shown = made.figures
    for shares in (shown.periods, [*shown.codes, shown.other_codes]):
        for row in shown.outcomes:
            assert sum(one.services[row.outcome] for one in shares) == row.services
        refused = shown.outcomes[-1].amounts["fee_agreed"]
        assert sum((one.refused_fees for one in shares), Sum()) == refused


def test_each_code_and_period_holds_its_own(made: Written, decided: list[dict[str, Any]]) -> None:
    def expected(ones: list[dict[str, Any]]) -> tuple[Counter[str], Sum]:
        refused = [row["fee_agreed"] for row in ones if row["outcome"] == "refused"]
        return Counter(row["outcome"] for row in ones), total(refused)

    def found(share: Share) -> tuple[Counter[str], Sum]:
        return +Counter(share.services), share.refused_fees

    assert made.figures.by_year
    for share in made.figures.periods:
        year = str(share.of.year) if isinstance(share.of, date) else ""
        ones = [row for row in decided if row["performed_at"][:4] == year]
        assert found(share) == expected(ones), share.of
    for share in made.figures.codes:
        assert found(share) == expected([row for row in decided if row["code"] == share.of])
    assert len(made.figures.codes) == CODES
    others = {row["code"] for row in decided} - {share.of for share in made.figures.codes}
    rest = [row for row in decided if row["code"] in others]
    assert found(made.figures.other_codes) == expected(rest)


def test_each_rule_holds_its_services_once(made: Written, decided: list[dict[str, Any]]) -> None:
    fees = {row["service_id"]: row["fee_agreed"] for row in decided}
    spoken: dict[tuple[str, ...], set[str]] = {}
    provisions: dict[str, set[str]] = {}
    for row in made.findings.to_pylist():
        reason = f"{row['reason_system']}/{row['reason_code']}"
        said = (row["severity"], row["rule"], row["provision"], reason)
        spoken.setdefault(said, set()).add(row["service_id"])
        provisions.setdefault(row["provision"], set()).add(row["service_id"])
    assert len(made.findings) > sum(map(len, spoken.values())), "some have several evidences"
    shown = {
        (row.severity, row.rule, row.provision, row.reason): (row.services, row.fees)
        for row in made.figures.rules
    }
    assert shown == {
        said: (len(ones), total(fees[one] for one in ones)) for said, ones in spoken.items()
    }
    assert made.figures.provisions == {name: len(ones) for name, ones in provisions.items()}


def test_the_codes_most_often_refused_come_first(made: Written) -> None:
    order = [
        (-one.services["refused"], -one.services["unchecked"], str(one.of))
        for one in made.figures.codes
    ]
    assert order == sorted(order)


def test_a_short_run_is_shown_by_month_with_no_month_left_out(tmp_path: Path) -> None:
    days = ["2023-11-30", "2024-02-01T10:00", "2024-02-29", ""]
    rows = [[f"s{n}", "a", "p", "39990130001", day, CODE] for n, day in enumerate(days)]
    shown = written(folder_of(tmp_path / "folder", rows), tmp_path / "r.html").figures
    assert not shown.by_year
    assert [(one.of, one.total) for one in shown.periods] == [
        (date(2023, 11, 1), 1),
        (date(2023, 12, 1), 0),
        (date(2024, 1, 1), 0),
        (date(2024, 2, 1), 2),
        (None, 1),
    ]


@pytest.mark.parametrize(("last", "by_year"), [("2026-12-31", False), ("2027-01-01", True)])
def test_from_three_years_on_a_run_is_shown_by_year(
    tmp_path: Path, last: str, by_year: bool
) -> None:
    days = ["2024-01-01", last]
    rows = [[f"s{n}", "a", "p", "39990130001", day, CODE] for n, day in enumerate(days)]
    shown = written(folder_of(tmp_path / "folder", rows), tmp_path / "r.html").figures
    assert shown.by_year is by_year
    assert len(shown.periods) == (2 if by_year else 36)


def test_nothing_adds_up_to_nothing(tmp_path: Path) -> None:
    shown = written(empty(tmp_path / "folder"), tmp_path / "r.html").figures
    assert shown.services == shown.other_codes.total == 0
    assert (shown.periods, shown.codes, shown.rules, shown.provisions) == ([], [], [], {})


def test_all_codes_that_nothing_befell_are_together(tmp_path: Path) -> None:
    shown = written(all_refused(tmp_path / "folder"), tmp_path / "r.html").figures
    assert [one.of for one in shown.codes] == ["373892"]
    assert shown.other_codes.total == 0


def test_the_page_shows_these_figures(folder: Path, made: Written) -> None:
    ran = conventio("check", folder, "--json", "--force")
    assert ran.code == 0
    assert (folder / "out" / "report.html").read_text(encoding="utf-8") == made.text
    accepted, unchecked, refused = made.figures.outcomes
    for row, name in (
        (accepted, "reimbursement"),
        (unchecked, "reimbursement"),
        (refused, "reimbursement_not_paid"),
    ):
        assert f"€{row.amounts[name].amount:,}" in made.text

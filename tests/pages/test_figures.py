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

from conventio.claims.decide import OUTCOMES
from conventio.pages.figures import CODES, Share
from conventio.pages.tally import AMOUNTS
from tests.cli.run import conventio, example_in
from tests.pages.written import Written, all_refused, empty, folder_of, written

CODE = "304371"


def total(values: Iterable[Decimal | None]) -> Decimal | None:
    known = [value for value in values if value is not None]
    return sum(known, Decimal()) if known else None


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
    for shown in (*made.figures.outcomes, made.figures.total):
        ones = [row for row in decided if shown.outcome in ("", row["outcome"])]
        assert shown.services == (by_outcome[shown.outcome] if shown.outcome else len(decided))
        for name in AMOUNTS:
            assert getattr(shown, name) == total(row[name] for row in ones), name
        without = [row for row in ones if row["fee_agreed"] is None]
        unpaid = [
            row for row in ones if row["fee_agreed"] is not None and row["patient_share"] is None
        ]
        assert (shown.without_fee, shown.without_reimbursement) == (len(without), len(unpaid))


def test_periods_and_codes_add_up_to_the_totals(made: Written) -> None:
    shown = made.figures
    for shares in (shown.periods, [*shown.codes, shown.other_codes]):
        for row in shown.outcomes:
            assert sum(one.services[row.outcome] for one in shares) == row.services
        refused = shown.outcomes[OUTCOMES.index("refused")]
        assert total(one.refused_fees for one in shares) == refused.fee_agreed


def test_each_code_and_period_holds_its_own(made: Written, decided: list[dict[str, Any]]) -> None:
    def expected(ones: list[dict[str, Any]]) -> tuple[Counter[str], Decimal | None]:
        refused = [row["fee_agreed"] for row in ones if row["outcome"] == "refused"]
        return Counter(row["outcome"] for row in ones), total(refused)

    def found(share: Share) -> tuple[Counter[str], Decimal | None]:
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
    assert shown.total.services == shown.other_codes.total == 0
    assert (shown.periods, shown.codes, shown.rules, shown.provisions) == ([], [], [], {})


def test_all_codes_that_nothing_befell_are_together(tmp_path: Path) -> None:
    shown = written(all_refused(tmp_path / "folder"), tmp_path / "r.html").figures
    assert [one.of for one in shown.codes] == ["373892"]
    assert shown.other_codes.total == 0


def test_the_page_shows_these_figures(folder: Path, made: Written) -> None:
    ran = conventio("check", folder, "--json")
    assert ran.code == 0
    assert (folder / "out" / "report.html").read_text(encoding="utf-8") == made.text
    assert "€633.00" in made.text
    assert f"€{made.figures.total.reimbursement:,}" in made.text

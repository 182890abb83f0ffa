"""What the sources leave to input, worked out by hand with the figures of `tests/law/given`."""

from datetime import date
from decimal import Decimal

import pytest

from . import folders
from .cases import Row, check, said, service

FEES: list[Row] = [
    folders.fee("900690", Decimal("20.00"), None, Decimal("15.00"), Decimal("18.50"))
]


@pytest.mark.parametrize(
    ("born", "at", "reimbursement", "warned"),
    [
        (date(1995, 6, 15), "2010-06-14", "15.00", False),
        (date(1995, 6, 15), "2010-06-15", "20.00", False),
        (date(1992, 6, 15), "2010-06-14", "20.00", False),
        (date(1992, 6, 15), "2010-06-15", "15.00", False),
        (date(1992, 2, 29), "2010-02-28", "20.00", False),
        (date(1992, 2, 29), "2010-03-01", "15.00", False),
        (date(1993, 6, 15), "2009-04-30", "15.00", False),
        (date(1993, 6, 15), "2009-05-01", "20.00", False),
        (date(1993, 6, 15), "2010-12-31", "20.00", False),
        (date(1993, 6, 15), "2011-01-01", "15.00", True),
        (None, "2010-06-15", None, True),
        (None, "2009-04-30", "15.00", False),
    ],
)
def test_no_share(born: date | None, at: str, reimbursement: str | None, warned: bool) -> None:
    patients: list[Row] = [{"patient_id": "p", "birth_date": born, "preferential": False}]
    answer = check(service("A", "900690", at), patients=patients, fees=FEES)
    found = answer.decisions["A"].reimbursement
    assert found == (None if reimbursement is None else Decimal(reimbursement))
    assert (("no-patient-share", "warn") in said(answer, "A")) is warned
    assert answer.decisions["A"].outcome != "refused"


@pytest.mark.parametrize(
    ("days", "refused"),
    [
        (("2020-09-01", "2020-09-01", "2020-09-01"), {"C"}),
        (("2020-12-31", "2020-12-31", "2020-12-31"), {"C"}),
        (("2020-08-31", "2020-08-31", "2020-08-31"), set()),
        (("2021-01-01", "2021-01-01", "2021-01-01"), set()),
        (("2020-09-01", "2020-09-01", "2020-09-02"), set()),
    ],
)
def test_electrocardiograms(days: tuple[str, ...], refused: set[str]) -> None:
    rows = [service(name, "900712", day) for name, day in zip("ABC", days, strict=True)]
    answer = check(*rows)
    told = {name for name in "ABC" if ("ecg-a-day", "refuse") in said(answer, name)}
    assert told == refused


@pytest.mark.parametrize(
    ("at", "other", "refused"),
    [
        ("2021-01-01", "900756", True),
        ("2020-12-31", "900756", False),
        ("2021-01-01", "900745", False),
    ],
)
def test_cumulation_of_article_34(at: str, other: str, refused: bool) -> None:
    answer = check(service("A", "900734", at), service("B", other, at))
    assert (answer.decisions["B"].outcome == "refused") is refused

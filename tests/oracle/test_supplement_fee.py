"""Fees of urgent supplements, worked out by hand."""

from decimal import Decimal

import pytest

from .cases import CONSULTATION, SUPPLEMENT, Row, check, said, service

NIGHT = "2010-03-01T22:00"
VISIT, OTHER = "371092", "374032"
VALID = {"valid_from": None, "valid_to": None}


def fee(code: str, amount: str, letter: str | None = None, coefficient: str | None = None) -> Row:
    none = dict.fromkeys(("maximum_fee", "reimbursement", "reimbursement_preferential"))
    known = Decimal(coefficient) if coefficient else None
    return {"code": code, **VALID, "fee": Decimal(amount), **none, "letter": letter,
            "coefficient": known}  # fmt: skip


@pytest.mark.parametrize(
    ("fees", "expected"),
    [
        ([fee(CONSULTATION, "25.00", "L", "10"), fee(OTHER, "17.00", "N", "5")], "16.25"),
        ([fee(CONSULTATION, "25.00", "N", "10"), fee(OTHER, "17.00", "N", "5")], "21.00"),
        ([fee(CONSULTATION, "25.01", "L", "10"), fee(OTHER, "17.00", "L", "5")], "21.01"),
        ([fee(CONSULTATION, "25.00", "L", "10"), fee(OTHER, "17.00")], None),
        ([fee(CONSULTATION, "25.00", "L", "10"), fee(OTHER, "17.00", "N")], None),
        ([fee(CONSULTATION, "25.00")], None),
    ],
)
def test_half_of_the_fees_or_of_the_converted_values(fees: list[Row], expected: str | None) -> None:
    answer = check(
        service("A", CONSULTATION, NIGHT),
        service("B", OTHER, NIGHT),
        service("S", SUPPLEMENT, NIGHT),
        fees=fees,
        letters=[{"letter": "L", "group": None, **VALID, "value": Decimal("2.5")}],
        supplement_rates=[{"code": SUPPLEMENT, **VALID, "rate": Decimal("0.5"), "amount": None}],
    )
    assert answer.decisions["S"].fee_agreed == (Decimal(expected) if expected else None)
    assert ("supplement-fee", "warn") in said(answer, "S")


def test_one_service_needs_no_letter_and_an_amount_nothing() -> None:
    one = service("A", CONSULTATION, NIGHT)
    rate: Row = {"code": SUPPLEMENT, **VALID, "rate": Decimal("0.5"), "amount": None}
    tables = {"fees": [fee(CONSULTATION, "25.01")], "supplement_rates": [rate]}
    decided = check(one, service("S", SUPPLEMENT, NIGHT), **tables).decisions["S"]
    assert (decided.fee_agreed, decided.reimbursement) == (Decimal("12.51"), None)
    tables["supplement_rates"] = [{**rate, "rate": None, "amount": Decimal(9)}]
    decided = check(service("S", SUPPLEMENT, NIGHT), **tables).decisions["S"]
    assert decided.fee_agreed == Decimal(9)

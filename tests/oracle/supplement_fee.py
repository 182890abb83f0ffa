"""The fee of an urgent supplement by its rate: a share of the fees that it supplements (2ter-5)."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal

from . import law
from .case import Case, Finding, Folder, Row, Service, is_within, says
from .urgent import (
    bears_the_sign,
    can_be_supplemented,
    excluded_for,
    has_dental_title,
    is_supplement,
    is_urgent_care,
    may_bear_the_sign,
)

CENT = Decimal("0.01")


def rate_row(service: Service, folder: Folder) -> Row | None:
    """What is given for the supplement on its day: a rate or an amount."""
    if not is_supplement(service) or service.day is None:
        return None
    for row in folder.tables.get("supplement_rates", ()):
        if row["code"] == service.code and of_the_day(row, service):
            return row
    return None


def of_the_day(row: Row, service: Service) -> bool:
    assert service.day is not None
    return is_within(service.day, row["valid_from"], row["valid_to"])


def fee_by_rate(service: Service, case: Case, row: Row) -> Decimal | None:
    """The fee of one; None where it can't be worked out."""
    if row["amount"] is not None:
        return Decimal(row["amount"])
    base = base_of(service, case)
    return None if base is None else (row["rate"] * base).quantize(CENT, ROUND_HALF_UP)


def base_of(supplement: Service, case: Case) -> Decimal | None:
    """The sum that the supplement is reckoned on."""
    counted = {
        other: counts_for(other, supplement, case)
        for other in case.stand(case.those_it_goes_with(supplement))
        if can_be_supplemented(other)
    }
    cares = [other for other, counts in counted.items() if counts is not False]
    if not cares or None in counted.values():
        return None
    if len(cares) == 1:
        return fee_of(cares[0], case.folder)
    letters = [letters_of(care, case.folder) for care in cares]
    if not all(letters):
        return None
    used = {letter for parts in letters for letter, _, _ in parts}
    if {"L", "N"} <= used:
        return converted(cares, letters, case.folder)
    return total([fee_of(care, case.folder) for care in cares])


def counts_for(other: Service, supplement: Service, case: Case) -> bool | None:
    """Whether the supplement is reckoned on it; None where what decides it is not known."""
    if any(out(other) for out in excluded_for(supplement)):
        return False
    known = [is_urgent_care(other, supplement, case), None if may_bear_the_sign(other) else True]
    if bears_the_sign(other) and case.folder.has("titles"):
        known.append(has_dental_title(other, case))
    if False in known:
        return False
    return None if None in known else True


def fee_of(care: Service, folder: Folder) -> Decimal | None:
    row = fee_row(care, folder)
    return None if row is None or row["fee"] is None else row["fee"] * care.count


def fee_row(care: Service, folder: Folder) -> Row | None:
    return next((row for row in folder.fees.get(care.code, []) if of_the_day(row, care)), None)


Part = tuple[str, str | None, Decimal | None]


def letters_of(care: Service, folder: Folder) -> list[Part]:
    """Letter, group and coefficient of each part of the fee; none where nobody says."""
    parts = [
        (row["letter"], row["group"], row["coefficient"])
        for row in folder.tables.get("fee_letters", ())
        if row["code"] == care.code and of_the_day(row, care)
    ]
    row = fee_row(care, folder)
    if not parts and row is not None and row.get("letter") is not None:
        parts = [(row["letter"], None, row.get("coefficient"))]
    return parts


def converted(cares: list[Service], letters: list[list[Part]], folder: Folder) -> Decimal | None:
    """N becomes L; what is in neither keeps its fee. Both in one fee with a third is not told."""
    relative, others = Decimal(0), Decimal(0)
    values: set[Decimal] = set()
    for care, parts in zip(cares, letters, strict=True):
        own = [part for part in parts if part[0] in ("L", "N")]
        if not own:
            fee = fee_of(care, folder)
            if fee is None:
                return None
            others += fee
        elif len(own) < len(parts):
            return None
        for letter, group, coefficient in own:
            if coefficient is None:
                return None
            relative += coefficient * care.count * (law.N_TO_L if letter == "N" else 1)
            if letter == "L":
                values |= values_of_l(care, group, folder)
    return relative * values.pop() + others if len(values) == 1 else None


def values_of_l(care: Service, group: str | None, folder: Folder) -> set[Decimal]:
    return {
        row["value"]
        for row in folder.tables.get("letters", ())
        if row["letter"] == "L"
        and (group is None or row["group"] == group)
        and of_the_day(row, care)
    }


def total(fees: list[Decimal | None]) -> Decimal | None:
    known = [fee for fee in fees if fee is not None]
    return sum(known, Decimal(0)) if len(known) == len(fees) else None


def with_fee(row: Row | None, fee: Decimal | None) -> Row:
    """The amounts of the schedule where they stand beside this very fee, and otherwise none."""
    if row is not None and fee is not None and row["fee"] == fee:
        return row
    return {"fee": fee}


def unsettled(service: Service) -> Iterator[Finding]:
    yield says("supplement-fee", "nomenclature-6/2ter-5", "warn", service)

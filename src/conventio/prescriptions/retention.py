"""How long the performer keeps a prescription, with a copy of its report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from conventio.folder.clock import FIRST_YEAR, LAST_YEAR, today
from conventio.law.days import end_of_term
from conventio.law.mechanism import Years, mechanism
from conventio.law.model import EXPECTED, Day

MECHANISM = "prescription-retention"


def _in_a_year_of_tables(found: date) -> date:
    if FIRST_YEAR <= found.year <= LAST_YEAR:
        return found
    raise PydanticCustomError(EXPECTED, f"a day of {FIRST_YEAR} to {LAST_YEAR}")


AnyDay = Annotated[Day, AfterValidator(_in_a_year_of_tables)]


@dataclass(frozen=True)
class Retention:
    """The last day on which a prescription is kept, and whether that term has passed on a day."""

    last_day: date
    asked_on: date
    passed: bool


@mechanism(MECHANISM)
def prescription_retention(
    executed_on: AnyDay, asked_on: AnyDay | None = None, *, retention: Years
) -> Retention:
    """How long a prescription is kept that was executed, by the last of its services, on a day.

    Whether the term has passed is answered for the day that is asked about, today by default. Other
    rules may ask to keep it longer.
    """
    last_day, asked = end_of_term(executed_on, retention), asked_on or today()
    return Retention(last_day, asked, asked > last_day)

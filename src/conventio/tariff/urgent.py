"""The base on which the supplement of several urgent services is reckoned."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from conventio.law.mechanism import Euro, Exact, NotFitting, Number, mechanism


class ValuedService(BaseModel):
    """An urgent service: its relative value with the key letter, or its fee."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    letter: Literal["L", "N"] | None = None
    relative_value: Exact | None = None
    fee: Exact | None = None


@mechanism("urgent-supplement-base")
def urgent_supplement_base(
    services: list[ValuedService],
    value_of_l: Euro | None = None,
    reading: Literal["converted", "added"] = "converted",
    *,
    n_to_l: Number,
) -> Euro:
    """The sum on which the supplement of several urgent services is reckoned; not rounded.

    By default relative values are added, those in N converted to L, and priced with the value of
    L; the other reading adds the fees.
    """
    if reading == "added":
        fees = [service.fee for service in services if service.fee is not None]
        if len(fees) < len(services):
            raise NotFitting("needs-fees")
        return sum(fees, Decimal(0))
    if value_of_l is None:
        raise NotFitting("needs-letter-value")
    factor = {"L": Decimal(1), "N": n_to_l}
    converted = [
        service.relative_value * factor[service.letter]
        for service in services
        if service.relative_value is not None and service.letter is not None
    ]
    if len(converted) < len(services):
        raise NotFitting("needs-relative-values")
    return sum(converted, Decimal(0)) * value_of_l

"""The base on which the supplement of several urgent services is reckoned."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

from conventio.law.mechanism import Euro, Exact, NotFitting, Number, mechanism


class ValuedService(BaseModel):
    """An urgent service: its relative value with the key letter, or its fee."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    letter: Literal["L", "N"] | None = None
    relative_value: Exact | None = None
    fee: Exact | None = None


CENT = Decimal("0.01")


@mechanism("urgent-supplement-base")
def urgent_supplement_base(
    services: list[ValuedService],
    value_of_l: Euro | None = None,
    reading: Literal["converted", "added"] = "converted",
    rate: Number | None = None,
    *,
    n_to_l: Number,
) -> Euro:
    """The sum on which the supplement of urgent services is reckoned; by a rate, the supplement.

    The fees are added. Where services in L and in N come together, their relative values are added
    instead, those in N converted to L, and priced with the value of L; the other reading adds the
    fees there too. The sum is not rounded; a supplement is, to the cent, halves upwards.
    """
    base = _base(services, value_of_l, n_to_l, converted=reading == "converted")
    return base if rate is None else (rate * base).quantize(CENT, ROUND_HALF_UP)


def _base(
    services: list[ValuedService], value_of_l: Decimal | None, n_to_l: Decimal, *, converted: bool
) -> Decimal:
    letters = {service.letter for service in services}
    if converted and len(services) > 1 and None in letters:
        raise NotFitting("needs-relative-values")
    if converted and letters == {"L", "N"}:
        return _converted(services, value_of_l, n_to_l)
    return sum((_fee(service, value_of_l) for service in services), Decimal(0))


def _fee(service: ValuedService, value_of_l: Decimal | None) -> Decimal:
    """The fee that is given, or that of the relative value in L."""
    if service.fee is not None:
        return service.fee
    if service.letter != "L" or service.relative_value is None or value_of_l is None:
        raise NotFitting("needs-fees")
    return service.relative_value * value_of_l


def _converted(
    services: list[ValuedService], value_of_l: Decimal | None, n_to_l: Decimal
) -> Decimal:
    if value_of_l is None:
        raise NotFitting("needs-letter-value")
    factor = {"L": Decimal(1), "N": n_to_l}
    values = [
        service.relative_value * factor[service.letter]
        for service in services
        if service.relative_value is not None and service.letter is not None
    ]
    if len(values) < len(services):
        raise NotFitting("needs-relative-values")
    return sum(values, Decimal(0)) * value_of_l

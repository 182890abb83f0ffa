"""Whether third-party payment makes a distinction between groups: a difference of their shares."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from conventio.law.mechanism import DIGITS, NotFitting, Unit, mechanism

Level = Annotated[Decimal, Unit("probability"), Field(gt=0, lt=1, max_digits=DIGITS)]
"""A probability below which a difference is called significant."""

ENOUGH = 5
"""The services expected in each cell from which the chi-squared test is good (Cochran's rule)."""
DRAWN = 9_999
"""How many tables are drawn where there are too many to count; always the same ones."""
MOST = 10**9
"""More services than any group has; the tests reckon with so many."""
SHARE = Decimal(1).scaleb(-6)


class Group(BaseModel):
    """The services of one insurer's patients, or of one place of practice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    group: str
    third_party: int = Field(ge=0, le=MOST)
    """How many of them were in third-party payment."""
    total: int = Field(gt=0, le=MOST)

    @model_validator(mode="after")
    def _part_of_the_whole(self) -> Self:
        if self.third_party > self.total:
            raise NotFitting("group-part", group=self.group)
        return self

    @property
    def share(self) -> Decimal:
        """The share in third-party payment."""
        return _rounded(_exact(self))


@mechanism("difference-of-shares")
def difference_of_shares(
    by: Literal["insurer", "place"],
    groups: Annotated[list[Group], Field(min_length=2)],
    level: Level | None = None,
) -> dict[str, Any]:
    """How far the shares of third-party payment of groups lie apart, and how likely by chance.

    `probability` is that of shares at least as far apart if no distinction were made: by the
    chi-squared test (without continuity correction) where at least 5 services are expected in every
    cell, else by Fisher's exact test; of more than two groups by drawing tables, always the same
    ones. `significant` is null without a `level`: the text gives none.
    """
    names = [one.group for one in groups]
    if len(set(names)) < len(names):
        raise NotFitting("groups-once")
    test, probability = _tested(groups)
    ordered = sorted(groups, key=lambda one: (_exact(one), one.group))
    lowest, highest = ordered[0], ordered[-1]
    return {
        "by": by,
        "shares": [{**one.model_dump(), "share": one.share} for one in groups],
        "difference": _rounded(_exact(highest) - _exact(lowest)),
        "between": [lowest.group, highest.group],
        "test": test,
        "probability": probability,
        "level": level,
        "significant": None if level is None else probability < level,
    }


def _exact(group: Group) -> Fraction:
    return Fraction(group.third_party, group.total)


def _rounded(share: Fraction) -> Decimal:
    return (Decimal(share.numerator) / share.denominator).quantize(SHARE)


def _tested(groups: list[Group]) -> tuple[str, Decimal]:
    """Which test was made, and its probability to six digits."""
    from numpy.random import default_rng
    from scipy import stats

    table = sorted([one.third_party, one.total - one.third_party] for one in groups)
    if any(not any(column) for column in zip(*table, strict=True)):
        return "none: all shares are alike", Decimal(1)
    if stats.contingency.expected_freq(table).min() >= ENOUGH:
        return "chi-squared", _digits(stats.chi2_contingency(table, correction=False).pvalue)
    if len(table) == 2:
        return "Fisher's exact", _digits(stats.fisher_exact(table).pvalue)
    drawing = stats.MonteCarloMethod(n_resamples=DRAWN, rng=default_rng(0))
    name = f"Fisher's exact, by {DRAWN} drawn tables"
    return name, _digits(stats.fisher_exact(table, method=drawing).pvalue)


def _digits(probability: float) -> Decimal:
    return Decimal(f"{float(probability):.6g}")

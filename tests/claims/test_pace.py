"""Progress knows the stages of a plan, and has words for what they do."""

from typing import get_args

import pytest

from conventio.claims import pace
from conventio.claims.plan import plan
from conventio.wording.catalogue import Catalogue

PLAN = plan("duckdb", levels=2)
STAGES = (*PLAN.whole, *PLAN.prepare, PLAN.round, *PLAN.conclude)
TABLES = [one.table for one in STAGES if not one.view]
IN_PARTS = [one.table for one in plan("duckdb", levels=2, in_parts=True).whole]


def test_only_stages_of_the_plan_have_a_cost() -> None:
    assert set(pace.STAGES) <= {*TABLES, *IN_PARTS}


def test_what_costs_most_is_known() -> None:
    """A stage that is not known takes next to nothing in what is told; a few may."""
    unknown = set(TABLES) - set(pace.STAGES)
    assert len(unknown) <= len(TABLES) / 3
    assert pace.cost("a new stage") == pace.SMALL


def test_shares_grow_from_nothing_to_all() -> None:
    shares = pace.shares([], TABLES)
    assert (shares[0], shares[-1], len(shares)) == (0.0, 1.0, len(TABLES) + 1)
    assert shares == sorted(shares)


def test_a_stage_of_a_part_takes_its_part_of_what_it_takes_at_once() -> None:
    whole, of_part = TABLES[:5], TABLES[5:]
    at_once = pace.shares(whole, of_part)
    in_parts = pace.shares(whole, of_part, 4)
    assert in_parts[: len(whole) + 1] == pytest.approx(at_once[: len(whole) + 1])
    first = in_parts[len(whole) + len(of_part)] - in_parts[len(whole)]
    assert first == pytest.approx((1 - at_once[len(whole)]) / 4)


def test_parts_grow_with_the_services_and_with_what_is_written() -> None:
    few = pace.parts(1, csv=False, joined=False, xlsx=False)
    many = pace.parts(pace.MEASURED, csv=False, joined=False, xlsx=False)
    assert list(few) == list(many) == ["reading", "law", "deciding", "writing", "report"]
    assert sum(few.values()) == pytest.approx(sum(pace.FIXED.values()), abs=1e-4)
    assert many["law"] == few["law"]
    assert many["reading"] == pace.FIXED["reading"] + pace.GROWING["reading"]
    more = pace.parts(pace.MEASURED, csv=True, joined=True, xlsx=True)
    assert list(more) == [*many, "workbook"]
    assert more["writing"] == 2 * (many["writing"] + pace.JOINED)


def test_everything_that_is_done_has_a_word() -> None:
    keys = Catalogue.read("en", "commands").keys()
    told = {key.removeprefix("doing.") for key in keys if key.startswith("doing.")}
    parts = set(pace.GROWING) - {"deciding"}
    assert told == parts | set(get_args(pace.Activity)) | {"making"}

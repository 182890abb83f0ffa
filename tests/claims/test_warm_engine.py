"""Small checks share an engine that is kept: each answers as if it were the first."""

import random
from collections.abc import Mapping
from typing import Any

import pyarrow as pa
import pytest

from conventio import check
from conventio.claims import check as module
from conventio.folder.problems import Unusable
from tests.arrow import arrow
from tests.oracle.folders import random_folder

GIVEN = arrow(random_folder(random.Random(3), patients=20))


def without(*names: str) -> dict[str, pa.Table]:
    return {name: table for name, table in GIVEN.items() if name not in names}


VARIANTS = [
    GIVEN,
    without("titles"),
    without("bridge_days", "fees"),
    {**GIVEN, "services": GIVEN["services"].slice(5, 40)},
    {**GIVEN, "titles": GIVEN["titles"].slice(0, 1)},
]


def answers(tables: Mapping[str, pa.Table]) -> Any:
    answer = check(tables)
    return answer.decisions.to_pylist(), answer.findings.to_pylist(), answer.run


def test_a_kept_engine_answers_as_a_new_one() -> None:
    first = []
    for variant in VARIANTS:
        module._KEPT.engine = None
        first.append(answers(variant))
    for place in (0, 1, 0, 2, 3, 0, 4, 1, 3, 3):
        assert answers(VARIANTS[place]) == first[place]


def test_bad_input_leaves_nothing_behind() -> None:
    usual = answers(GIVEN)
    codes = pa.array(["x"] * len(GIVEN["services"]))
    place = GIVEN["services"].schema.get_field_index("code")
    with pytest.raises(Unusable):
        check({**GIVEN, "services": GIVEN["services"].set_column(place, "code", codes)})
    assert answers(GIVEN) == usual

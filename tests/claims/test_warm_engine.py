"""Small checks share an engine that is kept: each answers as if it were the first."""

import csv
import random
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def changed(table: str, column: str, values: pa.Array | None) -> dict[str, pa.Table]:
    """With a column of other values or another kind; without it where there are none."""
    place = GIVEN[table].schema.get_field_index(column)
    rest = GIVEN[table].remove_column(place)
    made = rest if values is None else rest.add_column(place, column, values)
    return {**GIVEN, table: made}


def answers(tables: Mapping[str, pa.Table], known: date | None = None) -> Any:
    answer = check(tables, known=known)
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


CODES = GIVEN["services"]["code"]
KINDS = [
    *VARIANTS,
    {**GIVEN, "services": GIVEN["services"].slice(0, 0)},
    {**GIVEN, "titles": GIVEN["titles"].slice(0, 0), "fees": GIVEN["fees"].slice(0, 0)},
    changed("services", "tooth", None),
    changed("services", "code", CODES.cast(pa.large_string())),
    changed("services", "code", CODES.combine_chunks().dictionary_encode()),
    changed("services", "code", pa.array(["301011"] * len(CODES))),
]
BAD = [
    changed("services", "code", pa.array(["x"] * len(CODES))),
    without("services"),
    changed("services", "service_id", pa.array(["the same"] * len(CODES))),
]
LAWS = [None, date(2010, 1, 1)]


def outcome(tables: Mapping[str, pa.Table], known: date | None) -> Any:
    """The answers, or what is said of tables that can't be used."""
    try:
        return answers(tables, known)
    except Unusable as error:
        return [vars(problem) for problem in error.first]


@cache
def usual(place: int, known: date | None) -> Any:
    """What an engine that is used once says."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL", -1)
        return outcome([*KINDS, *BAD][place], known)


asked = st.tuples(st.sampled_from(range(len(KINDS) + len(BAD))), st.sampled_from(LAWS))


@settings(max_examples=4, deadline=None)
@given(st.lists(asked, min_size=2, max_size=4))
def test_any_calls_before_change_no_answer(calls: list[tuple[int, date | None]]) -> None:
    for place, known in calls:
        assert outcome([*KINDS, *BAD][place], known) == usual(place, known)


places = st.lists(st.integers(0, len(CODES) - 1), min_size=1, max_size=8, unique=True)


@settings(max_examples=8, deadline=None)
@given(places)
def test_few_services_are_told_what_all_of_the_law_says(places: list[int]) -> None:
    tables = {**GIVEN, "services": GIVEN["services"].take(sorted(places))}
    found = outcome(tables, None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SMALL", -1)
        assert found == outcome(tables, None)


def test_of_few_services_only_what_concerns_them_is_asked() -> None:
    first = check({**GIVEN, "services": GIVEN["services"].slice(0, 1)})
    service = GIVEN["services"].slice(0, 1).to_pylist()[0]
    tables = module._KEPT.engine[1]._tables
    asked = tables["rules"].table.filter(pc.invert(tables["rules"].table["everywhere"]))
    concerned = tables["rule_codes"].table.filter(pc.field("code") == service["code"])
    assert set(asked["entry"].to_pylist()) <= set(concerned["entry"].to_pylist())
    assert len(first.decisions) <= 1
    assert first.run["rules_run"] == check(GIVEN).run["rules_run"]


def test_threads_do_not_meet() -> None:
    places = [0, 1, 0, len(KINDS)]
    expected = [usual(place, None) for place in places]
    with ThreadPoolExecutor(2) as threads:
        found = threads.map(lambda place: outcome([*KINDS, *BAD][place], None), places)
        assert list(found) == expected


def test_the_same_again_asks_for_no_new_plan() -> None:
    for variant in VARIANTS * 2:
        answers(variant)
    engine = module._KEPT.engine[1]
    plans, held = len(engine._plans), pa.total_allocated_bytes()
    for variant in VARIANTS * 2:
        answers({name: pa.table(table.columns, table.schema) for name, table in variant.items()})
    assert module._KEPT.engine[1] is engine
    assert len(engine._plans) == plans
    assert pa.total_allocated_bytes() < held + 1_000_000


def test_a_worn_engine_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = usual(1, None)
    module._KEPT.engine = None
    monkeypatch.setattr("conventio.folder.warm.MANY_PLANS", 10)
    assert answers(VARIANTS[1]) == expected
    assert module._KEPT.engine is None


def test_bad_input_costs_the_next_call_nothing(tmp_path: Path) -> None:
    answers(GIVEN)
    engine = module._KEPT.engine[1]
    with pytest.raises(Unusable) as refused:
        check(BAD[0])
    assert module._KEPT.engine[1] is engine
    with pytest.raises(Unusable):
        check(BAD[2])
    refused.value.write(tmp_path / "problems.csv")
    with (tmp_path / "problems.csv").open(encoding="utf-8") as file:
        found = {row["found"] for row in csv.DictReader(file)}
    assert "x" in found
    assert "the same" not in found

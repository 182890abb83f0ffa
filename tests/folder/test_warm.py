"""The engine that keeps its plans answers as the one that makes them anew, whatever was before."""

import ctypes
from collections.abc import Callable
from functools import partial
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conventio.folder.engine import DuckDB, Engine
from conventio.folder.warm import Warm

NAMES = ["a", "b", "c"]

TABLES = [
    pa.table({"x": pa.array(numbers, pa.int64()), "y": pa.array(texts, pa.string())})
    for numbers, texts in (
        ([], []),
        ([1], ["one"]),
        ([2], [None]),
        ([1, 2, 3, None], ["one", "two", None, "none"]),
        ([7] * 3000, ["seven"] * 3000),
    )
] + [
    pa.table({"x": pa.array([], pa.int64())}),
    pa.table({"x": pa.array([1, 3], pa.int64())}),
    pa.table(
        {"x": pa.array([2, 2], pa.int64()), "y": pa.array(["two", "deux"], pa.large_string())}
    ),
]

QUERIES = [
    "SELECT x FROM {0} WHERE x > 1",
    "SELECT * FROM {0}",
    "SELECT s.x FROM {0} AS s JOIN {1} AS t USING (x)",
    "SELECT s.x FROM {0} AS s LEFT JOIN {1} AS t ON s.x = t.x WHERE t.x IS NULL",
    "SELECT x FROM {0} UNION ALL SELECT x FROM {1}",
    "SELECT x FROM {0} ANTI JOIN {1} USING (x)",
    "SELECT CAST(count(*) AS BIGINT) AS x FROM {0} WHERE x NOT IN (SELECT x FROM {1})",
    "SELECT x, count(*) OVER (PARTITION BY x) AS y FROM {0} QUALIFY y > 0",
    "WITH {2} AS (SELECT x FROM {0}) SELECT max(x) AS x FROM {2} FULL JOIN {1} USING (x)",
]

names = st.sampled_from(NAMES)
queries = st.builds(
    lambda query, *tables: query.format(*tables), st.sampled_from(QUERIES), names, names, names
)
steps = st.one_of(
    st.tuples(st.just("load"), names, st.sampled_from(TABLES)),
    st.tuples(st.just("create"), names, queries),
    st.tuples(st.just("view"), names, queries),
    st.tuples(st.just("drop"), names, st.none()),
    st.tuples(st.just("ask"), names, queries),
)


Step = tuple[str, str, Any]


def done(engine: Engine, step: Step) -> Any:
    """What comes of a step: rows in an order, or the kind of error."""
    what, name, argument = step
    try:
        if what == "ask":
            rows = [tuple(row.items()) for row in engine.rows(argument)]
            return sorted(rows, key=repr)
        if what == "drop":
            return engine.drop(name)
        act: Callable[[str, Any], None] = getattr(engine, what)
        return act(name, argument)
    except duckdb.Error as error:
        return type(error)


def unreadable(engine: Engine, view: str) -> bool:
    """Whether what a view would show is an error."""
    return isinstance(done(engine, ("ask", view, f"SELECT * FROM {view}")), type)


@settings(max_examples=60, deadline=None)
@given(st.lists(steps, min_size=1, max_size=15))
def test_any_steps_end_as_in_a_usual_engine(taken: list[Step]) -> None:
    begun: list[Step] = [("load", name, TABLES[place]) for place, name in enumerate(NAMES, 1)]
    with DuckDB(threads=1) as usual, Warm() as warm:
        for step in [*begun, *taken]:
            expected = done(usual, step)
            if step[0] == "view" and (isinstance(expected, type) or unreadable(usual, step[1])):
                return  # it reads what is not there, or itself: the other tells when it is read
            found = done(warm, step)
            if expected is duckdb.CatalogException or not isinstance(expected, type):
                assert found == expected, step
            assert [usual.has(name) for name in NAMES] == [warm.has(name) for name in NAMES]


def test_a_plan_serves_whatever_rows_come() -> None:
    with Warm() as warm:
        for rows in ([1], [2, 3], [], [4], [], [5]):
            warm.load("a", pa.table({"x": pa.array(rows, pa.int64())}))
            assert warm.rows("SELECT x FROM a ORDER BY x") == [{"x": row} for row in rows]
        assert len(warm._plans) == 2


def test_what_was_read_is_let_go() -> None:
    with Warm() as warm:
        for number in range(200):
            warm.load("a", pa.table({"x": pa.array([number] * 10_000, pa.int64())}))
            warm.create("b", "SELECT x + 1 AS x FROM a")
            warm.create("c", "SELECT a.x FROM a JOIN (SELECT DISTINCT x FROM b) AS b ON a.x < b.x")
            if number == 2:
                before = pa.total_allocated_bytes()
        assert pa.total_allocated_bytes() <= before + 1_000_000


class _InUse(ctypes.Structure):
    """What the C library tells of its memory (`mallinfo2`)."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def in_use() -> int:
    """The bytes that this process took and did not give back."""
    tell = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if tell is None:
        pytest.skip("this C library does not tell what is in use")
    tell.restype = _InUse
    told = tell()
    return int(told.uordblks + told.hblkhd)


def test_an_answer_leaves_nothing_behind() -> None:
    """Each would leave 240 bytes, until there are tens of thousands, between what is in use."""
    sql = "SELECT x, count(*) AS y FROM a GROUP BY x"
    with Warm() as warm, DuckDB() as usual:
        warm.load("a", TABLES[3])
        plan = warm._plan(sql, warm._read_by(sql))
        for number in range(4096):
            warm._run_plan(plan)  # `arrow` would give the answer that it has
            if number == 2047:
                before = in_use()
        assert in_use() <= before + 100_000
        limit = "SELECT current_setting('memory_limit')"
        assert warm.connection.sql(limit).fetchall() == usual.connection.sql(limit).fetchall()


def test_an_engine_that_met_too_much_is_worn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conventio.folder.warm.MANY_PLANS", 3)
    with Warm() as warm:
        warm.load("a", TABLES[1])
        for column, worn in (("x", False), ("y", False), ("x, y", True)):
            warm.rows(f"SELECT {column} FROM a")
            assert warm.worn is worn


def test_what_is_made_side_by_side_is_there() -> None:
    with Warm() as warm:
        for rows in ([1], [2, 3], []):
            warm.load("a", pa.table({"x": pa.array(rows, pa.int64())}))
            warm.side_by_side(
                lambda engine: engine.create("b", "SELECT x + 1 AS x FROM a"),
                lambda engine: engine.create("c", "SELECT x + 2 AS x FROM a"),
                lambda engine: engine.create("d", "SELECT x + 1 AS x FROM c"),
            )
            both = warm.rows("SELECT b.x AS b, d.x AS d FROM b JOIN d ON d.x = b.x + 2 ORDER BY b")
            assert both == [{"b": row + 1, "d": row + 3} for row in rows]


@pytest.mark.parametrize("queries", [("nothing", "a"), ("a", "nothing"), ("nothing", "nothing")])
def test_what_fails_side_by_side_fails_when_both_have_ended(queries: tuple[str, str]) -> None:
    with Warm() as warm:
        warm.load("a", TABLES[1])
        works = [
            partial(Warm.create, name=f"made_{place}", sql=f"SELECT * FROM {query}")
            for place, query in enumerate(queries)
        ]
        with pytest.raises(duckdb.CatalogException):
            warm.side_by_side(*works)
        assert [warm.has(f"made_{place}") for place in range(2)] == [q == "a" for q in queries]

"""Whether a query surely has no rows, told by which of the tables that it reads have none."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp

Condition = Callable[[Container[str]], bool]
"""Asked of the names of the tables without rows."""

_COUNTING = ("", "INNER", "CROSS", "SEMI")
"""The joins that have rows only where the table joined has."""


@lru_cache(maxsize=1000)
def surely_empty(sql: str) -> Condition:
    """When a query has no rows, for sure: not always where it has none."""
    return _of(sqlglot.parse_one(sql, dialect="duckdb"), {})


def _never(empty: Container[str]) -> bool:
    return False


def _of(query: exp.Expression, known: Mapping[str, Condition]) -> Condition:
    """The condition of a part of a query; `known` are those of the parts that have names."""
    if any(query.args.get(asked) for asked in ("pivots", "sample", "db")):
        return _never
    if isinstance(query, exp.Query):
        for part in query.ctes:
            known = {**known, part.alias: _of(part.this, known)}
    if isinstance(query, exp.Union):
        left, right = _of(query.left, known), _of(query.right, known)
        return lambda empty: left(empty) and right(empty)
    if isinstance(query, exp.Select):
        return _of_select(query, known)
    if query.args.get("joins"):
        return _never
    if isinstance(query, exp.Subquery):
        return _of(query.this, known)
    if isinstance(query, exp.Table):
        return known.get(query.name, lambda empty: query.name in empty)
    return _never


def _of_select(select: exp.Select, known: Mapping[str, Condition]) -> Condition:
    """Without rows to start from there are none, unless they are counted or summed all the same."""
    start = select.args.get("from_")
    if start is None or _has_a_row_of_nothing(select):
        return _never
    sources = [start.this]
    for join in select.args.get("joins") or ():
        if join.side in ("RIGHT", "FULL") or join.method:
            return _never
        if not join.side and join.kind in _COUNTING:
            sources.append(join.this)
    parts = [_of(source, known) for source in sources]
    return lambda empty: any(part(empty) for part in parts)


def _has_a_row_of_nothing(select: exp.Select) -> bool:
    """Whether it may summarise no rows in one."""
    group = select.args.get("group")
    if group is not None:
        return any(group.args.get(asked) for asked in ("all", "cube", "rollup", "grouping_sets"))
    return any(not isinstance(each.parent, exp.Window) for each in _summaries(select))


def _summaries(select: exp.Select) -> Iterator[exp.Expression]:
    """What may be a sum over rows: of an unknown function that can't be told."""
    for clause in ("expressions", "having", "qualify", "order"):
        asked = select.args.get(clause) or ()
        for expression in [asked] if isinstance(asked, exp.Expression) else asked:
            yield from expression.find_all(exp.AggFunc, exp.Anonymous)

"""The engine for many small inputs, one after the other: plans are made once and kept."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import pyarrow as pa
import sqlglot
from sqlglot import exp

from conventio.folder.engine import DuckDB, Row, _told_apart

MANY_PLANS = 1000
"""After so many plans, of inputs with ever other columns, all are made anew."""


class _Held:
    """A table with its rows of the moment: a plan that reads it reads them as they are then."""

    def __init__(self, table: pa.Table) -> None:
        self.table = table

    def __arrow_c_schema__(self) -> object:
        return self.table.schema.__arrow_c_schema__()

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.table.__arrow_c_stream__(requested_schema)


@dataclass
class _View:
    """A query that has a name, and the tables that it was last made from."""

    sql: str
    made_from: tuple[pa.Table, ...] | None = None


@dataclass
class _Plans:
    """What the connection holds: plans by their query and the tables that they read."""

    by_query: dict[tuple[str, tuple[_Held, ...]], str] = field(default_factory=dict)
    named: dict[str, _Held] = field(default_factory=dict)
    """What each name stood for when the last plan that reads it was made."""


class Warm(DuckDB):
    """DuckDB with tables as Arrow beside it, and the plan of each query kept.

    It plans a query over tables of its own at each call, since their statistics may have changed,
    and for a few rows that takes far longer than the answer. Of Arrow it keeps no statistics, so
    the plan of a prepared query holds as long as the columns do. A view is run when it is first
    read after a change.
    """

    def __init__(self) -> None:
        super().__init__(threads=1)
        self._shapes: dict[str, list[_Held]] = {}
        self._tables: dict[str, _Held] = {}
        self._views: dict[str, _View] = {}
        self._plans = _Plans()

    def has(self, name: str) -> bool:
        """Whether there is a table or view of that name."""
        return name in self._tables or name in self._views

    def create(self, name: str, sql: str) -> None:
        """Make (or replace) table `name` from a query, which may read the table it replaces."""
        made = self.arrow(sql)
        self._made_from.pop(name, None)
        self._views.pop(name, None)
        self._hold(name, made)

    def view(self, name: str, sql: str) -> None:
        """Name a query without running it."""
        view = self._views.get(name)
        if view is None or view.sql != sql:
            self.drop(name)
            self._views[name] = _View(sql)

    def load(self, name: str, table: pa.Table) -> None:
        """Make (or replace) table `name` from Arrow."""
        self._views.pop(name, None)
        self._hold(name, table)
        self.keep(name, table)

    def drop(self, name: str) -> None:
        """Forget a table or view, if there is one of that name."""
        self._made_from.pop(name, None)
        self._views.pop(name, None)
        self._tables.pop(name, None)

    def arrow(self, sql: str) -> pa.Table:
        """The answer of a query as Arrow."""
        with _told_apart():
            return self.connection._submit(self._planned(sql), None, "arrow").arrow_table()

    def rows(self, sql: str) -> list[Row]:
        """The answer of a query as dictionaries; for small answers."""
        return super().rows(self._planned(sql))

    def _copy(self, sql: str, path: Any, options: str) -> None:
        self._name(self._read_by(sql))
        super()._copy(sql, path, options)

    def _hold(self, name: str, table: pa.Table) -> None:
        """Let a name stand for these rows; a table of other columns is another table."""
        shapes = self._shapes.setdefault(name, [])
        for held in shapes:
            if held.table.schema.equals(table.schema):
                held.table = table
                break
        else:
            held = _Held(table)
            shapes.append(held)
        self._tables[name] = held

    def _read_by(self, sql: str) -> dict[str, _Held]:
        """The tables that a query reads, views as they are now."""
        names = _named_in(sql)
        for name in names:
            if name in self._views:
                self._refresh(name, self._views[name])
        return {name: self._tables[name] for name in names if name in self._tables}

    def _refresh(self, name: str, view: _View) -> None:
        """Run the query of a view where what it reads has changed."""
        read = tuple(held.table for held in self._read_by(view.sql).values())
        made_from = view.made_from or ()
        if len(read) != len(made_from) or any(a is not b for a, b in zip(read, made_from)):
            self._hold(name, self.arrow(view.sql))
            view.made_from = read

    def _planned(self, sql: str) -> str:
        """The statement that runs the plan of a query, made where there is none."""
        read = self._read_by(sql)
        key = sql, tuple(read.values())
        plan = self._plans.by_query.get(key)
        if plan is None:
            if len(self._plans.by_query) >= MANY_PLANS:
                self._plans = self._forgotten()
            self._name(read)
            plan = f"plan_{len(self._plans.by_query)}"
            self.connection.execute(f"PREPARE {plan} AS {sql}")
            self._plans.by_query[key] = plan
        return f"EXECUTE {plan}"

    def _name(self, read: dict[str, _Held]) -> None:
        """Let the connection know the tables of a query by their names."""
        for name, held in read.items():
            if self._plans.named.get(name) is not held:
                self.connection.register(name, held)
                self._plans.named[name] = held


@lru_cache(maxsize=MANY_PLANS)
def _named_in(sql: str) -> tuple[str, ...]:
    """The names in a query that may be tables, in their order."""
    query = sqlglot.parse_one(sql, dialect="duckdb")
    return tuple(sorted({table.name for table in query.find_all(exp.Table)}))

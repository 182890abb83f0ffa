"""A given table with each column beside its value: what validation looks at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import ibis
import ibis.expr.types as ir

from conventio.folder.clock import CLOCK, Offsets, offset_minutes
from conventio.folder.sources import GIVEN_TYPES, Source
from conventio.folder.tables import TABLES, Column, Table
from conventio.folder.values import Kind, timed, value, wall


@dataclass(frozen=True)
class Examined:
    """The columns of one table, given and made, in an expression or in a table of that shape.

    `rows` has `row`, `blank` (a free text is empty or has blanks around it), for each column
    `NAME` its value (null where bad) and `given NAME`, and for datetimes `utc NAME`, `twice NAME`
    and `timed NAME` (a time of day was given).
    """

    source: Source
    rows: ir.Table

    @property
    def table(self) -> Table:
        """The table's definition."""
        return TABLES[self.source.table]

    @property
    def columns(self) -> list[tuple[Column, Kind]]:
        """The columns that were given, with how they came."""
        return [(self.table.column(column), kind) for column, kind in self.source.columns]

    def has(self, *columns: str) -> bool:
        """Whether all of these columns were given."""
        return {column for column, _ in self.source.columns}.issuperset(columns)

    def given(self, column: str) -> ir.Value:
        """What stood in a column; null where nothing did."""
        return self.rows[f"given {column}"]

    def value(self, column: str) -> ir.Value:
        """The value of a column; null where it is bad or nothing was given."""
        return self.rows[column]


def examined(source: Source, *, strictly: bool = False, given: ir.Table | None = None) -> Examined:
    """The examination of a table, as an expression over it, or over `given` of the same shape.

    `strictly` takes texts as they stand: blanks around them, which do not count otherwise, are bad
    or make the row `blank`. It costs a third less.
    """
    table = TABLES[source.table]
    given = source.given() if given is None else given
    rows = given.select(
        "row",
        blank=_blanks(source, given),
        **{
            f"given {column}": given[column]
            if strictly
            else _something(given[column], table.column(column), kind)
            for column, kind in source.columns
        },
    )
    moments = source.moments
    walls: dict[str, ir.Value] = {}
    for column, kind in moments:
        walls[f"wall {column}"], walls[f"instant {column}"] = wall(kind, rows[f"given {column}"])
        walls[f"timed {column}"] = timed(kind, rows[f"given {column}"])
    values = {
        column: value(
            table.column(column), kind, rows[f"given {column}"], comma=source.decimal_comma
        )
        for column, kind in source.columns
        if (column, kind) not in moments
    }
    rows = rows.mutate(**values, **walls)
    for column, _ in moments:
        rows = _with_clock(rows, column)
    return Examined(source, rows)


def stored(source: Source, name: str) -> Examined:
    """The examination of a table kept in the engine under `name`."""
    table = TABLES[source.table]
    types: dict[str, str] = {"row": "int64"}
    for column, kind in source.columns:
        types[f"given {column}"] = GIVEN_TYPES[kind]
        types[column] = table.column(column).engine_type
        if table.column(column).type == "datetime":
            types |= {f"utc {column}": "timestamp"}
            types |= {f"{fact} {column}": "boolean" for fact in ("twice", "timed")}
    return Examined(source, ibis.table(types, name=name))


def can_stay(source: Source) -> bool:
    """Whether `as_given` knows the times of a table: those that stand for themselves."""
    return all(kind in ("local", "date") for _, kind in source.moments)


COMBINED: Mapping[str, tuple[str, ...]] = {"services": ("count", "tooth", "surfaces")}
"""The columns of a table that complaints look at together, and that repeat few combinations."""


def apart(source: Source) -> Iterator[tuple[Source, ir.Table]]:
    """The table in groups of columns that can be examined for themselves, with their rows.

    A word of a known shape, which most columns repeat, is examined once, whatever its rows; true
    and false need no examination. Datetimes, and what must be unique, are looked up alone.
    """
    table, given = TABLES[source.table], source.given()
    groups: dict[tuple[str, bool], list[tuple[str, Kind]]] = {}
    for name, kind in source.columns:
        column = table.column(name)
        if name in COMBINED.get(source.table, ()):
            group = "", True
        elif kind == "text" and column.type in ("code", "nihdi", "choice"):
            group = name, True
        elif kind == "boolean" and not column.required:
            continue
        else:
            group = name if column.type == "datetime" or column.unique else "", False
        groups.setdefault(group, []).append((name, kind))
    for (_, once), columns in groups.items():
        names = [name for name, _ in columns]
        rows = given.select("row", *names)
        if once:
            rows = given.select(names).distinct().mutate(row=ibis.literal(0, type="int64"))
        yield replace(source, columns=tuple(columns)), rows


def as_given(source: Source, offsets: Offsets) -> ir.Table:
    """The values of a table in which every row is clean and no text has blanks: nothing is asked.

    `offsets` are those of the years of its datetimes, which are local times.
    """
    table, given = TABLES[source.table], source.given()
    values: dict[str, ir.Value] = {}
    for column, kind in source.columns:
        if (column, kind) in source.moments:
            values |= _moment(column, kind, given[column], offsets)
        elif kind == "text" and table.column(column).holds_words:
            values[column] = given[column]
        else:
            values[column] = value(table.column(column), kind, given[column], comma=False)
    return given.select("row", **values)


def _moment(column: str, kind: Kind, given: ir.Value, offsets: Offsets) -> dict[str, ir.Value]:
    stands, _ = wall(kind, given)
    minutes = offset_minutes(stands, offsets)
    return {
        column: stands,
        f"utc {column}": stands - minutes.as_interval("m"),
        f"timed {column}": timed(kind, given),
    }


def _something(given: ir.Value, column: Column, kind: Kind) -> ir.Value:
    """What was given; an empty text is nothing, and but for text columns blanks don't count."""
    if kind != "text":
        return given
    # Stripping costs more than reading: look first whether a blank (or nothing) stands there.
    blank = _blank(given)
    bare = given.strip().nullif("")
    kept = ibis.ifelse(bare.isnull(), None, given) if column.type == "text" else bare
    return ibis.ifelse(blank, kept, given)


def _blanks(source: Source, given: ir.Table) -> ir.BooleanValue:
    """Whether a text that may be anything is empty, or has blanks around it."""
    columns = [(TABLES[source.table].column(name), kind) for name, kind in source.columns]
    free = [column.name for column, kind in columns if kind == column.type == "text"]
    return ibis.or_(ibis.literal(False), *(_blank(given[name]) for name in free)).fill_null(False)


def _blank(given: ir.StringValue) -> ir.BooleanValue:
    return (given < "!") | given.endswith(" ")


def _with_clock(rows: ir.Table, column: str) -> ir.Table:
    clock = CLOCK.view()
    stands, instant = rows[f"wall {column}"], rows[f"instant {column}"]
    joined = rows.left_join(
        clock,
        [
            instant == clock.instant,
            stands.year().cast("int64") == clock.year,
            stands >= clock.start,
            stands < clock.stop,
        ],
    )
    offset = clock.offset_minutes.as_interval("m")
    kept = [name for name in rows.columns if name not in (f"wall {column}", f"instant {column}")]
    return joined.select(
        *(rows[name] for name in kept),
        **{
            column: ibis.ifelse(instant, stands + offset, _where(clock, stands)),
            f"utc {column}": ibis.ifelse(instant, _where(clock, stands), stands - offset),
            f"twice {column}": clock.twice.fill_null(False),
        },
    )


def _where(clock: ir.Table, stands: ir.TimestampValue) -> ir.TimestampValue:
    return ibis.ifelse(clock.offset_minutes.notnull(), stands, None)

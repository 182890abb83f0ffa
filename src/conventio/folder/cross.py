"""Problems between rows of one table: values that must differ, periods that must not overlap."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from conventio.folder.advice import filled
from conventio.folder.complaints import Complaint
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES
from conventio.wording.catalogue import Catalogue

Found = tuple[ir.Table, Complaint]


def unique_columns(source: Source) -> list[str]:
    """The columns given whose values must all differ."""
    table = TABLES[source.table]
    return [name for name, _ in source.columns if table.column(name).unique]


def duplicates(source: Source, kept: str, column: str, words: Catalogue) -> Found:
    """The rows that have the same value as another; the first names the last, others the first."""
    type_ = TABLES[source.table].column(column).engine_type
    rows = ibis.table({"row": "int64", column: type_}, name=kept)
    several = (
        rows.filter(rows[column].notnull())
        .group_by(column)
        .aggregate(first=rows.row.min(), last=rows.row.max())
        .filter(lambda t: t.first != t.last)
    )
    found = rows.inner_join(several, column)
    other = ibis.ifelse(found.row == found.first, found["last"], found["first"])
    return found, Complaint(
        column,
        ibis.literal(True),
        found[column].cast("string"),
        ibis.literal(words.say("expected.unique")),
        filled(words, "advice.also-in", hint=other.cast("string")),
    )


def overlaps(source: Source, kept: str, column: str, words: Catalogue) -> Found:
    """The rows whose period shares a day with another of the same value of `column`."""
    found = overlapping(source, kept, column)
    return found, Complaint(
        column,
        ibis.literal(True),
        found[column],
        ibis.literal(words.say("expected.no-overlap")),
        filled(words, "advice.overlaps", hint=found.other),
    )


def overlapping(source: Source, kept: str, column: str) -> ir.Table:
    """The rows of `overlaps`, each with the number of the row that it overlaps as `other`."""
    given = dict(source.columns)
    dates: list[str] = [name for name in ("valid_from", "valid_to") if name in given]
    types = {"row": "int64", "clean": "boolean", column: "string", **dict.fromkeys(dates, "date")}
    rows = ibis.table(types, name=kept)
    periods = rows.filter(rows.clean).select(
        "row",
        column,
        since=_bound(rows, "valid_from", dates, "0001-01-01"),
        until=_bound(rows, "valid_to", dates, "9999-12-31"),
    )
    order = [periods.since, periods.row]
    after = ibis.window(group_by=column, order_by=order)
    before = ibis.window(group_by=column, order_by=order, preceding=(None, 1))
    # The latest end so far, with the row it is of: as one text, since its maximum is portable.
    ends = periods.until.cast("string") + " " + periods.row.cast("string")
    seen = periods.mutate(
        next_row=periods.row.lead().over(after).cast("string"),
        next_since=periods.since.lead().over(after),
        last=ends.max().over(before),
    )
    earlier = (seen["last"].substr(0, 10) >= seen.since.cast("string")).fill_null(False)
    later = (seen.next_since <= seen.until).fill_null(False)
    found = seen.mutate(
        overlaps=earlier | later, other=ibis.ifelse(earlier, seen["last"].substr(11), seen.next_row)
    )
    return found.filter(found.overlaps)


def _bound(rows: ir.Table, name: str, given: list[str], otherwise: str) -> ir.DateValue:
    open_end = ibis.literal(otherwise).cast("date")
    return rows[name].fill_null(open_end) if name in given else open_end

"""What can be wrong with the values of a row: each complaint is a condition with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from conventio.folder.examine import Examined
from conventio.folder.problems import Severity
from conventio.folder.tables import Column
from conventio.folder.values import Kind
from conventio.wording.catalogue import Catalogue


@dataclass(frozen=True)
class Complaint:
    """One thing that may be wrong in a row; `condition` is never null."""

    column: str
    condition: ir.BooleanValue
    found: ir.StringValue
    expected: ir.StringValue
    advice: ir.StringValue
    severity: Severity = "error"


NO_TEXT = ibis.null("string")


def complaints(examined: Examined, words: Catalogue) -> list[Complaint]:
    """Every complaint that a row of the table can give."""
    found: list[Complaint] = []
    for column, kind in examined.columns:
        found += _of_column(examined, column, kind, words)
    return found


def expected(column: Column, words: Catalogue) -> str:
    """What a column takes, in words."""
    allowed = ", ".join(column.allowed or ())
    if column.type == "integer" and column.minimum is not None:
        key = "integer-from" if column.maximum is None else "integer-between"
    elif column.type == "decimal" and column.minimum is not None:
        key = "decimal-from"
    elif column.open:
        key = "open-choice"
    else:
        key = column.type
    return words.say(
        f"expected.{key}", allowed=allowed, minimum=column.minimum, maximum=column.maximum
    )


def _of_column(
    examined: Examined, column: Column, kind: Kind, words: Catalogue
) -> Iterator[Complaint]:
    given, made = examined.given(column.name), examined.value(column.name)
    text = given.cast("string")
    wanted = ibis.literal(expected(column, words))
    yield Complaint(
        column.name,
        given.notnull() & made.isnull(),
        text,
        wanted,
        _advice(column, kind, given, examined.source.decimal_comma, words),
    )
    if column.required and not column.nullable:
        needed = words.say("expected.required", expected=expected(column, words))
        yield Complaint(column.name, given.isnull(), NO_TEXT, ibis.literal(needed), NO_TEXT)
    if column.type == "datetime":
        yield Complaint(
            column.name,
            examined.rows[f"twice {column.name}"],
            text,
            ibis.literal(words.say("expected.once-a-year")),
            ibis.literal(words.say("advice.taken-first")),
            "warning",
        )
    if column.open:
        yield Complaint(
            column.name,
            made.notnull() & ~made.isin(column.allowed or ()).fill_null(False),
            text,
            ibis.literal(
                words.say("expected.known-choice", allowed=", ".join(column.allowed or ()))
            ),
            NO_TEXT,
            "warning",
        )


def _advice(
    column: Column, kind: Kind, given: ir.Value, comma: bool, words: Catalogue
) -> ir.StringValue:
    return NO_TEXT

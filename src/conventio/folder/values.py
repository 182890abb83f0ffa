"""From what a column was given to its value in the engine, as Ibis expressions: null where bad."""

from __future__ import annotations

from datetime import date
from typing import Literal

import ibis
import ibis.expr.types as ir

from conventio.folder.clock import FIRST_YEAR, LAST_YEAR
from conventio.folder.tables import SURFACES, Column, Type

Kind = Literal[
    "text", "integer", "float", "decimal", "cents", "boolean", "date", "local", "instant", "time"
]
"""How a column came: text from CSV, or a type of Parquet or Arrow (`cents`: decimals that are
amounts as they stand; `local`, `instant`: timestamps without and with a zone, the latter as
UTC)."""

_NUMBERS: tuple[Kind, ...] = ("integer", "float", "decimal", "cents")

CONVERTS: dict[Type, tuple[Kind, ...]] = {
    "text": ("text", *_NUMBERS),
    "code": ("text", *_NUMBERS),
    "nihdi": ("text", *_NUMBERS),
    "tooth": ("text", *_NUMBERS),
    "choice": ("text",),
    "surfaces": ("text",),
    "integer": ("text", *_NUMBERS),
    "money": ("text", *_NUMBERS),
    "decimal": ("text", *_NUMBERS),
    "boolean": ("text", "boolean", *_NUMBERS),
    "date": ("text", "date", "local"),
    "datetime": ("text", "date", "local", "instant"),
    "time": ("text", "time"),
}
"""Which kinds a type can be made from; any other is a wrong type for the whole column."""

TRUE = ("true", "1", "yes", "oui", "ja", "vrai", "waar", "wahr")
FALSE = ("false", "0", "no", "non", "nee", "nein", "faux", "onwaar", "falsch")

DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
CLOCK_TIME = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?"
OFFSET = "(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)"
OPEN_ENDS = (date(2999, 12, 31), date(9999, 12, 31))

THOUSANDS = "^-?[1-9][0-9]{0,2}[.,][0-9]{3}$"
GROUPED = THOUSANDS.replace("[.,]", "[.]")
"""Numbers that may be thousands or have three decimals; the latter where the comma is decimal.

An amount of money has three decimals nowhere, so of it the comma tells nothing either.
"""

CENTS = "decimal(12,2)"

EXACT = "decimal(38,10)"
"""What decimals of Parquet and Arrow are brought to, so that one type has to be declared."""

_TWICE = "|".join(f"{letter}.*{letter}" for letter in SURFACES)
_SAME_FACE = "V.*B|B.*V|L.*P|P.*L"


def value(column: Column, kind: Kind, given: ir.Value, *, comma: bool) -> ir.Value:
    """The value of any column but a datetime; `comma`: a decimal comma may stand in numbers."""
    match column.type:
        case "date":
            return _date(column, kind, given)
        case "boolean":
            return _boolean(kind, given)
        case "money" | "decimal" | "integer":
            return _within(column, _number(column, kind, given, comma))
        case "time":
            return _time(kind, given)
        case _:
            return _word(column, as_text(column, kind, given))


def as_text(column: Column, kind: Kind, given: ir.Value) -> ir.StringValue:
    """The text of something that is text, or of a whole number (codes keep their zeros)."""
    if kind == "text":
        return given
    digits = whole(kind, given).cast("string")
    width = {"code": 6, "nihdi": 11}.get(column.type)
    return digits if width is None else digits.lpad(width, "0")


def whole(kind: Kind, given: ir.Value) -> ir.IntegerValue:
    """A number as an integer; null where it has a fraction or does not fit."""
    if kind == "integer":
        return given
    integer = given.try_cast("int64")
    same = "float64" if kind == "float" else EXACT
    return _only(integer.cast(same) == given.cast(same), integer)


def _only(condition: ir.BooleanValue, result: ir.Value) -> ir.Value:
    return ibis.ifelse(condition, result, ibis.null(result.type()))


def _word(column: Column, text: ir.StringValue) -> ir.StringValue:
    match column.type:
        case "code":
            check = _digits(text, 0, 5) % 7 == _digits(text, 5, 1)
            return _only(text.re_search("^[0-9]{6}$") & check, text)
        case "nihdi":
            stem, check = _digits(text, 0, 6), _digits(text, 6, 2)
            sound = (check == 97 - stem % 97) | (check == 89 - stem % 89)
            return _only(text.re_search("^[1-8][0-9]{10}$") & sound, text)
        case "tooth":
            return _only(text.re_search("^([1-4][1-8]|[5-8][1-5])$"), text)
        case "surfaces":
            twice = text.re_search(f"{_TWICE}|{_SAME_FACE}")
            return _only(text.re_search(f"^[{SURFACES}]+$") & ~twice, text)
        case "choice" if column.open:
            return _only(text.re_search("^[a-z0-9]+(-[a-z0-9]+)*$"), text)
        case "choice":
            return _only(text.isin(column.allowed or ()), text)
        case _:
            return text


def _digits(text: ir.StringValue, start: int, length: int) -> ir.IntegerValue:
    return text.substr(start, length).try_cast("int64")


def _number(column: Column, kind: Kind, given: ir.Value, comma: bool) -> ir.NumericValue:
    if column.type == "integer":
        if kind != "text":
            return whole(kind, given)
        return _only(given.re_search("^-?[0-9]{1,18}$"), given.try_cast("int64"))
    target = column.engine_type
    if kind == "text":
        digits, places = (10, 2) if column.type == "money" else (12, 6)
        point = "[.,]" if comma else "[.]"
        shape = f"^-?[0-9]{{1,{digits}}}({point}[0-9]{{1,{places}}}0*)?$"
        plain = given.replace(",", ".") if comma else given
        sound = given.re_search(shape)
        if comma:
            sound = sound & ~given.re_search(THOUSANDS if column.type == "money" else GROUPED)
        return _only(sound, plain.try_cast(target))
    if kind == "cents" and column.type == "money":
        return given
    exact = given.try_cast(target)
    back = "float64" if kind == "float" else EXACT
    return _only(exact.cast(back) == given.cast(back), exact)


def _within(column: Column, number: ir.NumericValue) -> ir.NumericValue:
    least = 0 if column.type == "money" else column.minimum
    if least is not None:
        number = _only(number >= least, number)
    if column.maximum is not None:
        number = _only(number <= column.maximum, number)
    return number


def _boolean(kind: Kind, given: ir.Value) -> ir.BooleanValue:
    if kind == "boolean":
        return given
    word = given.lower() if kind == "text" else whole(kind, given).cast("string")
    words = [(yes, True) for yes in TRUE] + [(no, False) for no in FALSE]
    return word.cases(*words, else_=ibis.null("boolean"))


def _date(column: Column, kind: Kind, given: ir.Value) -> ir.DateValue:
    if kind == "text":
        day = _only(given.re_search(f"^{DAY}$"), given.try_cast("date"))
    elif kind == "local":
        day = _only(given.date().cast("timestamp") == given, given.date())
    else:
        day = given
    plausible = day.year().between(FIRST_YEAR, LAST_YEAR)
    if column.name == "valid_to":
        plausible = plausible | (day == OPEN_ENDS[1])
    return _only(plausible, day)


def _time(kind: Kind, given: ir.Value) -> ir.IntegerValue:
    if kind == "time":
        return _only(given.second() == 0, given.hour() * 60 + given.minute()).cast("int64")
    minutes = _digits(given, 0, 2) * 60 + _digits(given, 3, 2)
    return _only(given.re_search("^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)(:00)?$"), minutes)


def wall(kind: Kind, given: ir.Value) -> tuple[ir.TimestampValue, ir.BooleanValue]:
    """A datetime as it stands, and whether it is an instant (UTC) or a local time."""
    if kind == "instant":
        return given, ibis.literal(True)
    if kind == "local":
        return given, ibis.literal(False)
    if kind == "date":
        return given.cast("timestamp"), ibis.literal(False)
    # The plain shapes, without offset, are by far the most frequent and the cheapest.
    length = given.length()
    plain = (length <= 16) | ((length == 19) & (given.substr(16, 1) == ":"))
    shape = f"^{DAY}([T ]{CLOCK_TIME}{OFFSET}?)?$"
    offset = given.substr(10).re_extract("(Z|[+-][0-9:]+)$", 1)
    local = given.substr(0, length - offset.length()).try_cast("timestamp")
    stamp = ibis.cases(
        (~given.re_search(shape), None),
        (plain, given.try_cast("timestamp")),
        (offset == "", local),
        else_=local - _minutes(offset).as_interval("m"),
    )
    return stamp, ibis.ifelse(plain, False, offset != "")


def timed(kind: Kind, given: ir.Value) -> ir.BooleanValue:
    """Whether a datetime was given with a time of day, and not as a date alone."""
    if kind == "text":
        return given.length() > len("2020-12-31")
    return ibis.literal(kind != "date")


def _minutes(offset: ir.StringValue) -> ir.IntegerValue:
    digits = offset.replace(":", "")
    hours = digits.substr(1, 2).try_cast("int64")
    minutes = digits.substr(3, 2).try_cast("int64").fill_null(0)
    size = (hours * 60 + minutes).fill_null(0)
    return ibis.ifelse(offset.startswith("-"), -size, size)

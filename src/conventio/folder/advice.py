"""What to write instead of a bad value, where its shape shows what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter

import ibis
import ibis.expr.types as ir

from conventio.folder.clock import FIRST_YEAR, LAST_YEAR
from conventio.folder.tables import Column
from conventio.folder.values import CLOCK_TIME, DAY, OFFSET, THOUSANDS, Kind, value
from conventio.wording.catalogue import Catalogue

NO_TEXT = ibis.null("string")

_Case = tuple[ir.BooleanValue, ir.StringValue]


def filled(words: Catalogue, key: str, **facts: ir.StringValue) -> ir.StringValue:
    """The sentence of `key` as an expression, its {placeholders} being columns."""
    counted = words.numbered(key)
    if counted is None:
        return _joined(words.sentence(key), facts)
    number = facts[counted.counts]
    few = [(number == one, _joined(counted.form(one), facts)) for one in ("0", "1")]
    return ibis.cases(*few, else_=_joined(words.sentence(key), facts))


def _joined(written: str, facts: Mapping[str, ir.StringValue]) -> ir.StringValue:
    sentence: ir.StringValue = ibis.literal("")
    for text, place, _, _ in Formatter().parse(written):
        sentence = sentence + text
        if place is not None:
            sentence = sentence + facts[place]
    return sentence


def advice(column: Column, kind: Kind, given: ir.Value, words: Catalogue) -> ir.StringValue:
    """What to write instead of a bad value of a column; null where nothing can be said."""
    cases: list[_Case] = []
    if column.type in ("date", "datetime"):
        cases = _day(column, kind, given, words)
    elif kind == "text":
        cases = _several(column, given, words) + [
            (_sound(column, meant), filled(words, f"advice.{key}", hint=meant))
            for key, meant in _meant(column, given)
        ]
    return ibis.cases(*cases, else_=NO_TEXT) if cases else NO_TEXT


def _several(column: Column, given: ir.StringValue, words: Catalogue) -> list[_Case]:
    """What to write of two things that a text may stand for."""
    if column.type in ("money", "decimal"):
        whole = given.replace(".", "").replace(",", "")
        part = given.replace(",", ".").re_replace("0$", "")
        said = filled(words, "advice.thousands", hint=whole, other=part)
        return [(given.re_search(THOUSANDS) & _sound(column, part), said)]
    if column.type == "code":
        first, second = (
            given.re_extract("^([0-9]{6}) *[-/+] *([0-9]{6})$", place) for place in (1, 2)
        )
        said = filled(words, "advice.one-of-two", hint=first, other=second)
        return [(_sound(column, first) & _sound(column, second), said)]
    return []


def _sound(column: Column, text: ir.StringValue) -> ir.BooleanValue:
    return value(column, "text", text, comma=False).notnull()


def _meant(column: Column, given: ir.StringValue) -> list[tuple[str, ir.StringValue]]:
    """What may have been meant by a text; said only where it would be a good value."""
    bare = given.re_replace("[ ,;./-]", "")
    match column.type:
        case "code" | "nihdi" | "tooth":
            # A spreadsheet adds decimals, or marks what it is to keep as text.
            digits = given.re_extract("^[ '=\"#]*([0-9]+)([.,]0+)?[ '\"]*$", 1)
            return [("write", digits), ("write", bare)]
        case "surfaces":
            return [("write", bare.upper())]
        case "money" | "decimal":
            return [("decimal-comma", given.replace(",", "."))]
        case "integer":
            return [("write", given.re_extract("^(-?[0-9]+)[.,](0|00|0000+)$", 1))]
        case "choice":
            word = given.lower().re_replace("[ _-]+", "_")
            return [("write", word), ("write", word.replace("_", "-"))]
        case "time":
            hours = given.re_extract("^([0-9]{1,2})[h:.]", 1).lpad(2, "0")
            return [("write", hours + ":" + given.re_extract("[h:.]([0-9]{2})$", 1))]
        case _:
            return []


def _day(column: Column, kind: Kind, given: ir.Value, words: Catalogue) -> list[_Case]:
    if kind != "text":
        return _stamp(column, kind, given, words)
    first, middle, last = (
        given.re_extract("^([0-9]+)[/.-]([0-9]+)[/.-]([0-9]+)", part).lpad(2, "0")
        for part in (1, 2, 3)
    )
    clock = given.re_extract("[ T]([0-9]{1,2}:[0-9]{2})", 1)
    tail = ibis.ifelse(clock == "", "", "T" + clock.lpad(5, "0"))
    if column.type == "date":
        tail = ibis.literal("")
    year_last = given.re_search("^[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}")
    year_first = given.re_search("^[0-9]{4}[/.-][0-9]{1,2}[/.-][0-9]{1,2}")
    compact = given.re_search("^[0-9]{8}$")
    readings = [
        ("day-first", year_last, last + "-" + middle + "-" + first),
        ("month-first", year_last, last + "-" + first + "-" + middle),
        ("write", year_first & ~given.re_search(f"^{DAY}"), first + "-" + middle + "-" + last),
        (
            "write",
            compact,
            given.substr(0, 4) + "-" + given.substr(4, 2) + "-" + given.substr(6, 2),
        ),
    ]
    cases: list[_Case] = [
        (
            shape & meant.try_cast("date").year().between(FIRST_YEAR, LAST_YEAR),
            filled(words, f"advice.{key}", hint=meant + tail),
        )
        for key, shape, meant in readings
    ]
    cases.append((given.re_search("^[0-9]{5}([.,][0-9]+)?$"), _say(words, "day-number")))
    return cases + _iso_day(column, given, words)


def _iso_day(column: Column, given: ir.StringValue, words: Catalogue) -> list[_Case]:
    day = given.substr(0, 10)
    iso = given.re_search(f"^{DAY}([T ]|$)")
    cases = [
        (iso & day.try_cast("date").isnull(), _say(words, "no-such-day")),
        (iso & ~_plausible(day.try_cast("date")), _say(words, "years")),
    ]
    if column.type == "date":
        alone = filled(words, "advice.date-alone", hint=day)
        return [*cases, (given.re_search(f"^{DAY}[T ]"), alone)]
    complete = given.re_search(f"^{DAY}[T ]{CLOCK_TIME}{OFFSET}?$")
    return [*cases, (complete, _say(words, "skipped"))]


def _stamp(column: Column, kind: Kind, given: ir.Value, words: Catalogue) -> list[_Case]:
    day = given if kind == "date" else given.date()
    cases: list[_Case] = [(~_plausible(day), _say(words, "years"))]
    if column.type == "date":
        alone = filled(words, "advice.date-alone", hint=day.cast("string"))
        return [*cases, (ibis.literal(True), alone)]
    return [*cases, (ibis.literal(True), _say(words, "skipped"))]


def _plausible(day: ir.DateValue) -> ir.BooleanValue:
    return day.year().between(FIRST_YEAR, LAST_YEAR)


def _say(words: Catalogue, key: str) -> ir.StringValue:
    return ibis.literal(words.say(f"advice.{key}"))

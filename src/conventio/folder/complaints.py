"""What can be wrong with the values of a row: each complaint is a condition with its words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from conventio.folder.advice import NO_TEXT, advice, filled
from conventio.folder.examine import Examined
from conventio.folder.problems import Severity
from conventio.folder.tables import Column
from conventio.folder.values import Kind
from conventio.law import shipped
from conventio.wording.catalogue import Catalogue


@dataclass(frozen=True)
class Complaint:
    """One thing that may be wrong in a row; `condition` is never null."""

    column: str
    condition: ir.BooleanValue
    found: ir.StringValue
    expected: ir.StringValue
    advice: ir.StringValue = NO_TEXT
    severity: Severity = "error"


def complaints(examined: Examined, words: Catalogue) -> list[Complaint]:
    """Every complaint that a row of the table can give."""
    found: list[Complaint] = []
    for column, kind in examined.columns:
        found += _of_column(examined, column, kind, words)
    for check in _CHECKS.get(examined.source.table, ()):
        found += check(examined, words)
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
    if kind == column.type == "text":  # a text is its own value
        yield from _of_text(examined, column, words)
    else:
        yield Complaint(
            column.name,
            given.notnull() & made.isnull(),
            text,
            ibis.literal(expected(column, words)),
            advice(column, kind, given, words),
        )
    if column.required and not column.nullable:
        needed = words.say("expected.required", expected=expected(column, words))
        yield Complaint(column.name, given.isnull(), NO_TEXT, ibis.literal(needed))
    if column.type == "datetime":
        yield Complaint(
            column.name,
            examined.rows[f"twice {column.name}"],
            text,
            ibis.literal(words.say("expected.existing-once")),
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
            severity="warning",
        )


Checks = Iterator[Complaint]

NOTHING = ("NULL", "NAN", "\\N", "<NA>", "#N/A")
"""How programs write that there is nothing; capitals make no difference."""
NO_NAME = (*NOTHING, "NONE", "N/A")
"""What names nothing besides; elsewhere it may be an answer."""


def _of_text(examined: Examined, column: Column, words: Catalogue) -> Checks:
    """What stands for nothing, and a line end, which a quote too many makes of two rows."""
    given = examined.given(column.name)
    if not column.of_person:
        nothing = NO_NAME if column.identifies else NOTHING
        bare = given.strip().upper()
        yield Complaint(
            column.name,
            ibis.ifelse(given.length() <= 6, bare.isin(nothing), False).fill_null(False),
            given,
            ibis.literal(words.say("expected.text-or-nothing")),
            ibis.literal(words.say("advice.leave-empty")),
        )
    warned = examined.source.in_quotes and examined.source.table == "services"
    if column.identifies or warned:
        yield Complaint(
            column.name,
            (given.contains("\n") | given.contains("\r")).fill_null(False),
            given,
            ibis.literal(words.say("expected.one-line")),
            ibis.literal(words.say("advice.quote-too-many")),
            "error" if column.identifies else "warning",
        )


def _period(examined: Examined, words: Catalogue) -> Checks:
    if examined.has("valid_from", "valid_to"):
        yield _not_below(examined, "valid_to", "valid_from", "after", words)


def _hours(examined: Examined, words: Catalogue) -> Checks:
    if examined.has("start", "end"):
        start, end = examined.value("start"), examined.value("end")
        yield Complaint(
            "end",
            (end <= start).fill_null(False),
            examined.given("end").cast("string"),
            filled(words, "expected.later", other=examined.given("start").cast("string")),
        )


def _ages(examined: Examined, words: Catalogue) -> Checks:
    if examined.has("minimum_age", "maximum_age"):
        yield _not_below(examined, "maximum_age", "minimum_age", "not-less", words)


def _not_below(
    examined: Examined, column: str, other: str, key: str, words: Catalogue
) -> Complaint:
    return Complaint(
        column,
        (examined.value(column) < examined.value(other)).fill_null(False),
        examined.given(column).cast("string"),
        filled(words, f"expected.{key}", other=examined.given(other).cast("string")),
    )


def _reimbursed_within_fee(examined: Examined, words: Catalogue) -> Checks:
    for column in ("reimbursement", "reimbursement_preferential"):
        for limit in ("fee", "maximum_fee"):
            if examined.has(column, limit):
                given = examined.given(limit).cast("string")
                yield Complaint(
                    column,
                    (examined.value(column) > examined.value(limit)).fill_null(False),
                    examined.given(column).cast("string"),
                    filled(words, "expected.not-above", limit=ibis.literal(limit), other=given),
                )


def _pair_follows(examined: Examined, words: Catalogue) -> Checks:
    """The codes of a pair follow one another, the ambulatory one first."""
    if not examined.has("code", "pair_code"):
        return
    code, pair = examined.value("code"), examined.value("pair_code")
    stem = code.substr(0, 5).try_cast("int64")
    following, preceding = _code_of(stem + 1), _code_of(stem - 1)
    yield Complaint(
        "pair_code",
        ((pair != following) & (pair != preceding)).fill_null(False),
        examined.given("pair_code").cast("string"),
        filled(words, "expected.pair", following=following, preceding=preceding, code=code),
    )


def _pair_of_nomenclature(examined: Examined, words: Catalogue) -> Checks:
    """No code of the shipped nomenclature is taken out of its pair."""
    if not examined.has("code", "pair_code"):
        return
    code, pair = examined.value("code"), examined.value("pair_code")
    known = {one.code: one.pair_code for one in shipped().nomenclature.values() if one.pair_code}
    first = sorted(one for one, other in known.items() if one < other)
    second = sorted(one for one, other in known.items() if one > other)
    yield Complaint(
        "pair_code",
        (
            (pair < code) & (code.isin(first) | pair.isin(second))
            | (pair > code) & (code.isin(second) | pair.isin(first))
        ).fill_null(False),
        examined.given("pair_code").cast("string"),
        ibis.literal(words.say("expected.pair-known")),
    )


def _code_of(stem: ir.IntegerValue) -> ir.StringValue:
    return stem.cast("string").lpad(5, "0") + (stem % 7).cast("string")


def _rate_or_amount(examined: Examined, words: Catalogue) -> Checks:
    present = [examined.given(name).notnull() for name in ("rate", "amount") if examined.has(name)]
    both = present[0] & present[1] if len(present) == 2 else ibis.literal(False)
    none = ~(present[0] | present[1]) if len(present) == 2 else ~(present or [both])[0]
    yield Complaint("rate", none, NO_TEXT, ibis.literal(words.say("expected.rate-or-amount")))
    if len(present) == 2:
        amount = examined.given("amount").cast("string")
        yield Complaint("amount", both, amount, ibis.literal(words.say("expected.no-amount")))


def _count_of_tooth(examined: Examined, words: Catalogue) -> Checks:
    if examined.has("tooth", "count"):
        yield Complaint(
            "count",
            (examined.value("tooth").notnull() & (examined.value("count") != 1)).fill_null(False),
            examined.given("count").cast("string"),
            ibis.literal(words.say("expected.count-of-tooth")),
        )


def _profession_of_number(examined: Examined, words: Catalogue) -> Checks:
    """The first digit of a number tells the profession; a word that says another is bad."""
    if not examined.has("practitioner", "profession"):
        return
    digit, given = examined.value("practitioner").left(1), examined.value("profession")
    told = [(digit == one.digit, one.profession) for one in shipped().professions]
    profession = ibis.cases(*told)
    yield Complaint(
        "profession",
        (given != profession).fill_null(False),
        examined.given("profession").cast("string"),
        filled(
            words,
            "expected.profession-of-number",
            profession=profession,
            number=examined.value("practitioner"),
        ),
    )


_FACELESS = {
    "occlusal": ("O", "^([1-4][1-3]|[5-8][1-3])$"),
    "incisal": ("I", "^([1-4][4-8]|[5-8][45])$"),
    "palatal": ("P", "^[3478]"),
}
"""Which letter of a face goes with no tooth of which shape."""


def _faces_of_tooth(examined: Examined, words: Catalogue) -> Checks:
    if not examined.has("tooth", "surfaces"):
        return
    tooth, surfaces = examined.value("tooth"), examined.value("surfaces")
    for key, (letter, teeth) in _FACELESS.items():
        yield Complaint(
            "surfaces",
            (surfaces.contains(letter) & tooth.re_search(teeth)).fill_null(False),
            examined.given("surfaces").cast("string"),
            filled(words, f"expected.{key}", tooth=tooth),
        )


_CHECKS = {
    "services": (_count_of_tooth, _faces_of_tooth),
    "practitioners": (_profession_of_number,),
    "titles": (_period,),
    "authorisations": (_period,),
    "timetables": (_hours,),
    "supplement_rates": (_period, _rate_or_amount),
    "fees": (_period, _reimbursed_within_fee),
    "nomenclature": (_period, _ages, _pair_follows, _pair_of_nomenclature),
}

"""The law as the tables that the compiled queries join: its entries, codes, permits and hours."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import count
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from conventio.claims import inputs, sentences
from conventio.claims.entries import Entry, NotRun, only_warns
from conventio.claims.kinds import GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.kinds.shape import CASE_NAMES, FACTS, CaseName, Limit, listed
from conventio.law import Law
from conventio.law.calendar import days
from conventio.law.check import levels
from conventio.law.days import LAST_DAY, Days
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AnyRule, AtHours, ByRate, OnlyByProfession, Patients


def tables(
    law: Law,
    nomenclature: Nomenclature,
    run: list[Entry],
    not_run: list[NotRun],
    *,
    span: tuple[date, date] | None,
    bridge_days: bool,
) -> dict[str, pa.Table]:
    """The tables by name, for the nomenclature used.

    `span` is the first and the last day of the services; `bridge_days` whether the input has any.
    """
    stopped = [one.entry for one in not_run]
    rows: dict[ir.Table, list[dict[str, Any]]] = {
        inputs.CODES: _codes(law, nomenclature),
        inputs.RULES: [_rule(entry) for entry in run],
        inputs.RULE_CODES: [
            *concerned(run, nomenclature),
            *in_doubt(run, nomenclature),
        ],
        **{inputs.codes_of(kind): list(_dated(run, kind, nomenclature)) for kind in JOIN_KINDS},
        inputs.NOT_RUN: [_rule(entry) for entry in stopped],
        inputs.NOT_RUN_CODES: list(concerned(stopped, nomenclature)),
        inputs.LIMIT_CODES: list(_limit_codes(run, nomenclature)),
        inputs.LIMIT_TITLES: list(_limit_titles(run)),
        inputs.ASKED: list(_asked(run, nomenclature)),
        inputs.BARRED: list(_barred(run, law, nomenclature)),
        inputs.PERMITS: list(_permits(run, nomenclature)),
        inputs.REFUSING: _refusing(run),
        inputs.RULE_AUTHORISATIONS: list(_authorisations(run)),
        inputs.HOURS: list(_hours(run, bridge_days)),
        inputs.CONVERSIONS: list(_conversions(run)),
        inputs.MINUTES: list(_minutes(run)),
        inputs.CALENDAR: list(_calendar(run, span)),
        inputs.PROFESSIONS: [
            {"digit": one.digit, "profession": one.profession} for one in law.professions
        ],
        inputs.CASES: list(sentences.cases(run, law)),
        inputs.LAW: [{"version": law.version}],
    }
    return {table.get_name(): _arrow(found, table) for table, found in rows.items()}


def _limit(rule: AnyRule, nomenclature: Nomenclature) -> Limit | None:
    kind = GROUP_KINDS.get(rule.kind)
    return kind.limit(rule, nomenclature) if kind is not None else None


def _codes(law: Law, nomenclature: Nomenclature) -> list[dict[str, Any]]:
    level = levels(law.accompanying, nomenclature)
    return [
        {
            "code": code.code,
            "level": level.get(code.code, 0),
            "faces": code.faces,
            "images": code.images,
            "article": code.article,
            **_covered(law.covered(code.article)),
            "valid_from": code.valid_from,
            "valid_to": code.valid_to,
        }
        for code in nomenclature.values()
    ]


def _covered(days: Days | None) -> dict[str, date | None]:
    """The first and the last day on which rules are held; none where they never are."""
    if days is None:
        return {"covered_first": None, "covered_last": None}
    return {"covered_first": days.start, "covered_last": days.end}


def _rule(entry: Entry) -> dict[str, Any]:
    row = {
        "entry": entry.number,
        "rule": entry.rule.rule,
        "kind": entry.rule.kind,
        "everywhere": entry.everywhere,
        "answers_undated": entry.answers_undated,
        "dated": entry.rule.days.stated,
        "first": entry.rule.days.start,
        "last": entry.rule.days.end,
        "only_prescribed": getattr(entry.rule, "when", "always") == "prescribed",
        "only_known_prescription": getattr(entry.rule, "when", "always") == "prescription-known",
        "warns": False,
        "asks_missing": True,
        "narrowed": _speaks_of_some_patients(entry.rule),
        **_asked_of(entry.rule),
        **dict.fromkeys((*inputs.OF_LIMITS, *inputs.PER), False),
        **{name: getattr(entry.rule, name, None) for name in ("from_birthday", "to_birthday")},
    }
    if entry.rule.kind in ROW_KINDS:
        row |= ROW_KINDS[entry.rule.kind].parameters(entry.rule)
        row["kind_place"] = list(ROW_KINDS).index(entry.rule.kind)
        row["fact_place"] = FACTS.index(row["fact"]) if row.get("fact") else None
    limit = _limit(entry.rule, Nomenclature([], {}))
    if limit is not None:
        row |= {
            "limit": limit.limit,
            **{name: getattr(limit, name) for name in inputs.OF_LIMITS},
            **{column: key in limit.per for column, key in inputs.PER.items()},
        }
    return row


def _speaks_of_some_patients(rule: AnyRule) -> bool:
    return getattr(rule, "patients", None) not in (None, Patients())


def _asked_of(rule: AnyRule) -> dict[str, Any]:
    """Of whose services alone a rule speaks."""
    patients = getattr(rule, "patients", None) or Patients()
    return {
        "sexes": listed(patients.sexes) if patients.sexes else None,
        "asked_from_birthday": patients.from_birthday,
        "asked_to_birthday": patients.to_birthday,
    }


def concerned(entries: Iterable[Entry], nomenclature: Nomenclature) -> Iterator[dict[str, Any]]:
    """The codes whose services each rule speaks of."""
    for entry in entries:
        if entry.everywhere:
            continue
        limit = _limit(entry.rule, nomenclature)
        codes = nomenclature.surely_meant_by(entry.rule.services)
        if limit is not None:
            codes = frozenset().union(*(side.restricted for side in limit.sides))
        yield from ({"entry": entry.number, "code": code} for code in sorted(codes))


def in_doubt(entries: Iterable[Entry], nomenclature: Nomenclature) -> Iterator[dict[str, Any]]:
    """The codes of which each rule can't tell whether it speaks of them, with what is unknown."""
    for entry in entries:
        if entry.everywhere or only_warns(entry.rule):
            continue
        for code, unknown in sorted(nomenclature.in_doubt(entry.rule.services).items()):
            named = ", ".join(f"nomenclature.{one}" for one in unknown)
            yield {"entry": entry.number, "code": code, "doubtful": named}


def _asked(entries: Iterable[Entry], nomenclature: Nomenclature) -> Iterator[dict[str, Any]]:
    """How many rules each code meets, from one day to another, and without a day.

    What only makes a fee is asked nothing of the care; what speaks of some patients only is counted
    by service (`rows.narrowed`).
    """
    entries = [
        entry
        for entry in entries
        if not isinstance(entry.rule, ByRate) and not _speaks_of_some_patients(entry.rule)
    ]
    by_number = {entry.number: entry for entry in entries}
    of_code: dict[str, list[Entry]] = defaultdict(list)
    for row in concerned(entries, nomenclature):
        of_code[row["code"]].append(by_number[row["entry"]])
    for code, its in of_code.items():
        undated = [entry.rule for entry in its if entry.answers_undated]
        yield {"code": code, "first": inputs.NO_DAY, "last": inputs.NO_DAY, **_counted(undated)}
        for first, last, rules in _spans([entry.rule for entry in its]):
            yield {"code": code, "first": first, "last": last, **_counted(rules)}


def _counted(rules: Sequence[AnyRule]) -> dict[str, int]:
    """How many rules speak of every service, and how many only of those on prescription."""
    when = Counter(getattr(rule, "when", "always") for rule in rules)
    return {
        "rules": when["always"],
        "rules_prescribed": when["prescribed"],
        "rules_known_prescription": when["prescription-known"],
    }


def _spans(rules: Sequence[AnyRule]) -> Iterator[tuple[date, date, list[AnyRule]]]:
    """From when to when which of some rules hold."""
    days = [rule.days for rule in rules]
    a_day = timedelta(days=1)
    earliest = inputs.NO_DAY + a_day
    begins = {max(one.start, earliest) for one in days}
    begins |= {one.end + a_day for one in days if one.end < LAST_DAY}
    ordered = sorted({earliest, *begins})
    for first, following in zip(ordered, [*ordered[1:], None], strict=True):
        last = LAST_DAY if following is None else following - a_day
        holding = [rule for rule in rules if first in rule.days]
        if holding:
            yield first, last, holding


def _barred(
    entries: Iterable[Entry], law: Law, nomenclature: Nomenclature
) -> Iterator[dict[str, Any]]:
    """For each rule on professions the codes, with the first digits of who may not attest them."""
    of_digit = {one.digit: one.profession for one in law.professions}
    professions: dict[str, set[str]] = defaultdict(set)
    for one in law.titles:
        professions[one.title].add(one.profession)
    for entry in entries:
        if not isinstance(entry.rule, OnlyByProfession):
            continue
        permitted: dict[str, set[str]] = defaultdict(set)
        for permit in entry.rule.permits:
            theirs = set().union(*(professions[title] for title in permit.titles))
            for code in nomenclature.meant_by(permit.services):
                permitted[code] |= theirs
        days = {"first": entry.rule.days.start, "last": entry.rule.days.end}
        for row in concerned([entry], nomenclature):
            for digit in "0123456789":
                profession = of_digit.get(digit)
                if profession is None or profession not in permitted[row["code"]]:
                    case: CaseName = "not-permitted" if profession else "profession-unknown"
                    yield {
                        **row,
                        **days,
                        "digit": digit,
                        "case_place": CASE_NAMES.index(case),
                        "profession": profession or "practitioner",
                        "answers_undated": entry.answers_undated,
                    }


def _dated(
    entries: Iterable[Entry], kind: str, nomenclature: Nomenclature
) -> Iterator[dict[str, Any]]:
    """The codes that the rules of a kind speak of, with their days."""
    for entry in entries:
        if entry.rule.kind == kind:
            days = {"first": entry.rule.days.start, "last": entry.rule.days.end}
            for row in concerned([entry], nomenclature):
                yield {**row, **days, "answers_undated": entry.answers_undated}


def _limit_codes(entries: Iterable[Entry], nomenclature: Nomenclature) -> Iterator[dict[str, Any]]:
    numbers = count()
    for entry in entries:
        limit = _limit(entry.rule, nomenclature)
        for side in limit.sides if limit else ():
            number = next(numbers)
            for code in sorted(side.codes):
                yield {
                    "entry": entry.number,
                    "side": number,
                    "code": code,
                    "weighs": code in side.weighing,
                    "relieves": code in side.relieving,
                    "restricted": code in side.restricted,
                }


def _limit_titles(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for title in getattr(entry.rule, "titles", ()):
            yield {"entry": entry.number, "title": title}


def _permits(entries: Iterable[Entry], nomenclature: Nomenclature) -> Iterator[dict[str, Any]]:
    for entry in entries:
        concerned = nomenclature.surely_meant_by(entry.rule.services)
        for permit in getattr(entry.rule, "permits", ()):
            permitted = concerned & nomenclature.meant_by(permit.services)
            for title in permit.titles:
                for code in sorted(permitted):
                    yield {
                        "entry": entry.number,
                        "title": title,
                        "code": code,
                        "provision": permit.provision,
                        "unsettled": permit.unsettled,
                    }


def _refusing(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """A title that stands in several permits is cited once for each provision."""
    cited = dict.fromkeys(
        (entry.number, title, permit.refused_by or permit.provision)
        for entry in entries
        for permit in getattr(entry.rule, "permits", ())
        for title in permit.titles
    )
    return [dict(zip(inputs.REFUSING.columns, row, strict=True)) for row in cited]


def _authorisations(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for authorisation in getattr(entry.rule, "authorisations", ()):
            yield {"entry": entry.number, "authorisation": authorisation}


def _hours(entries: Iterable[Entry], bridge_days: bool) -> Iterator[dict[str, Any]]:
    for entry in entries:
        for hours in getattr(entry.rule, "hours", ()):
            for kind_of_day in hours.days:
                yield {
                    "entry": entry.number,
                    "days": kind_of_day,
                    "start": _minute(hours.start),
                    "end": _minute(hours.end),
                    "with_duty": hours.with_duty,
                    "refused_by": hours.refused_by,
                    "bridge_days_given": bridge_days,
                }


def _conversions(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if isinstance(entry.rule, ByRate):
            yield {
                "entry": entry.number,
                "from_letter": entry.rule.from_letter,
                "into_letter": entry.rule.into_letter,
                "times": entry.rule.times,
            }


def _minutes(entries: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for entry in entries:
        hours = getattr(entry.rule, "hours", ())
        for minute in sorted({_minute(at) for one in hours for at in (one.start, one.end)}):
            yield {"entry": entry.number, "minute": minute}


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def _calendar(entries: Iterable[Entry], span: tuple[date, date] | None) -> Iterator[dict[str, Any]]:
    for entry in entries:
        if isinstance(entry.rule, AtHours) and span is not None:
            for day, weekday, holiday in days(entry.rule.calendar, entry.rule.holidays, *span):
                yield {"entry": entry.number, "day": day, "weekday": weekday, "holiday": holiday}


def _arrow(rows: list[dict[str, Any]], table: ir.Table) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=table.schema().to_pyarrow())

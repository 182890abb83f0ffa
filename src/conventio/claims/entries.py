"""The rules of a law as rows that the compiled queries join, for the columns that a folder has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from conventio.claims import inputs
from conventio.claims.kinds import GROUP_KINDS, JOIN_KINDS, ROW_KINDS
from conventio.claims.kinds.shape import Column, Limit, Severity, columns_of_key
from conventio.law import Law
from conventio.law.calendar import days
from conventio.law.check import levels
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import AnyRule, Key, OnlyAtHours, OnlyByTitle
from conventio.wording.catalogue import Catalogue

Present = Mapping[str, frozenset[str]]
"""The columns that the input has, by table."""

OF_LIMITS = ("counts_itself", "in_time", "lonely_stands")
KEYS: Mapping[str, Key] = {
    "per_tooth": "tooth",
    "per_year": "calendar-year",
    "per_day": "day",
    "per_session": "session",
    "per_company": "company",
}
"""The column of `rules` for each key that a group may have."""

ONLY_WHEN: Mapping[str, list[Column]] = {
    "always": [],
    "prescribed": [("services", "prescription_id")],
    "prescription-known": [
        ("services", "prescription_id"),
        ("prescriptions", "prescription_id"),
    ],
}
"""The columns that tell of which services a rule speaks."""

KINDS = frozenset({*ROW_KINDS, *GROUP_KINDS, *JOIN_KINDS})
"""Every kind of rule that can be run."""


@dataclass(frozen=True)
class NotRun:
    """A rule that could not be asked, because the input lacks a table or column."""

    rule: str
    provision: str
    missing: str
    entry: int
    everywhere: bool
    """Whether it would have concerned every service."""


@dataclass(frozen=True)
class Entries:
    """The law's entries as tables for the engine, and those that can't be run."""

    rules: list[AnyRule]
    tables: Mapping[str, pa.Table]
    not_run: list[NotRun]


def entries(
    law: Law,
    nomenclature: Nomenclature,
    present: Present,
    span: tuple[date, date] | None = None,
) -> Entries:
    """The entries of a law, with the codes that each concerns in the nomenclature used.

    `span` is the first and the last day of the services.
    """
    not_run: list[NotRun] = []
    run: list[tuple[int, AnyRule]] = []
    for entry, rule in enumerate(law.entries):
        missing = sorted(_missing(rule, present))
        if missing:
            everywhere = rule.kind in ROW_KINDS and ROW_KINDS[rule.kind].everywhere
            lacks = ", ".join(missing)
            not_run.append(NotRun(rule.rule, rule.provision, lacks, entry, everywhere))
        else:
            run.append((entry, rule))
    concerned = list(_concerned(enumerate(law.entries), nomenclature))
    stopped = {one.entry for one in not_run}
    tables = {
        inputs.CODES: _codes(law, nomenclature),
        inputs.RULES: [_rule(entry, rule) for entry, rule in run],
        inputs.RULE_CODES: [row for row in concerned if row["entry"] not in stopped],
        inputs.NOT_RUN_CODES: [row for row in concerned if row["entry"] in stopped],
        inputs.LIMIT_CODES: list(_limit_codes(run, nomenclature)),
        inputs.PERMITS: list(_permits(run, nomenclature)),
        inputs.REFUSING: list(_refusing(run)),
        inputs.RULE_AUTHORISATIONS: list(_authorisations(run)),
        inputs.HOURS: list(_hours(run, "bridge_days" in present)),
        inputs.MINUTES: list(_minutes(run)),
        inputs.CALENDAR: list(_calendar(run, span)),
        inputs.CASES: list(_cases(run, law)),
        inputs.LAW: [{"version": law.version}],
    }
    arrow = {table.get_name(): _arrow(rows, table) for table, rows in tables.items()}
    return Entries([rule for _, rule in run], arrow, not_run)


def _missing(rule: AnyRule, present: Present) -> set[str]:
    return {
        f"{table}.{column}" if table in present else table
        for table, column in _needs(rule)
        if column not in present.get(table, frozenset())
    }


def _needs(rule: AnyRule) -> list[Column]:
    if rule.kind in JOIN_KINDS:
        return JOIN_KINDS[rule.kind].needs(rule)
    if rule.kind in ROW_KINDS:
        return [*ROW_KINDS[rule.kind].needs(rule), *ONLY_WHEN[rule.when]]
    return columns_of_key(rule)


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
            "valid_from": code.valid_from,
            "valid_to": code.valid_to,
        }
        for code in nomenclature.values()
    ]


def _rule(entry: int, rule: AnyRule) -> dict[str, Any]:
    row = {
        "entry": entry,
        "rule": rule.rule,
        "kind": rule.kind,
        "everywhere": False,
        "dated": rule.days.stated,
        "first": rule.days.start,
        "last": rule.days.end,
        "only_prescribed": rule.when == "prescribed",
        "only_known_prescription": rule.when == "prescription-known",
        "warns": False,
        **dict.fromkeys((*OF_LIMITS, *KEYS), False),
    }
    if rule.kind in ROW_KINDS:
        kind = ROW_KINDS[rule.kind]
        row |= {"everywhere": kind.everywhere, **kind.parameters(rule)}
    limit = _limit(rule, Nomenclature([], {}))
    if limit is not None:
        row |= {
            "limit": limit.limit,
            **{name: getattr(limit, name) for name in OF_LIMITS},
            **{column: key in limit.per for column, key in KEYS.items()},
        }
    return row


def _concerned(
    rules: Iterable[tuple[int, AnyRule]], nomenclature: Nomenclature
) -> Iterator[dict[str, Any]]:
    """The codes whose services each rule speaks of."""
    for entry, rule in rules:
        if rule.kind in ROW_KINDS and ROW_KINDS[rule.kind].everywhere:
            continue
        limit = _limit(rule, nomenclature)
        codes = nomenclature.meant_by(rule.services)
        if limit is not None:
            codes = frozenset().union(*(side.restricted for side in limit.sides))
        yield from ({"entry": entry, "code": code} for code in sorted(codes))


def _limit_codes(
    rules: Iterable[tuple[int, AnyRule]], nomenclature: Nomenclature
) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        limit = _limit(rule, nomenclature)
        for number, side in enumerate(limit.sides if limit else ()):
            for code in sorted(side.codes):
                yield {
                    "entry": entry,
                    "side": number,
                    "code": code,
                    "weighs": code in side.weighing,
                    "relieves": code in side.relieving,
                    "restricted": code in side.restricted,
                }


def _permits(
    rules: Iterable[tuple[int, AnyRule]], nomenclature: Nomenclature
) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        for permit in getattr(rule, "permits", ()):
            codes = nomenclature.meant_by(permit.services) & nomenclature.meant_by(rule.services)
            for title in permit.titles:
                for code in sorted(codes):
                    yield {
                        "entry": entry,
                        "title": title,
                        "code": code,
                        "provision": permit.provision,
                        "unsettled": permit.unsettled,
                    }


def _refusing(rules: Iterable[tuple[int, AnyRule]]) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        for permit in getattr(rule, "permits", ()):
            for title in permit.titles:
                provision = permit.refused_by or permit.provision
                yield {"entry": entry, "title": title, "provision": provision}


def _authorisations(rules: Iterable[tuple[int, AnyRule]]) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        for authorisation in getattr(rule, "authorisations", ()):
            yield {"entry": entry, "authorisation": authorisation}


def _hours(rules: Iterable[tuple[int, AnyRule]], bridge_days: bool) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        for hours in getattr(rule, "hours", ()):
            for kind_of_day in hours.days:
                yield {
                    "entry": entry,
                    "days": kind_of_day,
                    "start": _minute(hours.start),
                    "end": _minute(hours.end),
                    "with_duty": hours.with_duty,
                    "refused_by": hours.refused_by,
                    "bridge_days_given": bridge_days,
                }


def _minutes(rules: Iterable[tuple[int, AnyRule]]) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        hours = getattr(rule, "hours", ())
        for minute in sorted({_minute(at) for one in hours for at in (one.start, one.end)}):
            yield {"entry": entry, "minute": minute}


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def _calendar(
    rules: Iterable[tuple[int, AnyRule]], span: tuple[date, date] | None
) -> Iterator[dict[str, Any]]:
    for entry, rule in rules:
        if isinstance(rule, OnlyAtHours) and span is not None:
            for day, weekday, holiday in days(rule.calendar, rule.holidays, *span):
                yield {"entry": entry, "day": day, "weekday": weekday, "holiday": holiday}


def _cases(rules: Iterable[tuple[int, AnyRule]], law: Law) -> Iterator[dict[str, Any]]:
    """What each entry says in each case, with everything filled in that the rule itself gives."""
    catalogue = Catalogue.read("en", "findings")
    for entry, rule in rules:
        facts = _facts(rule, law, catalogue)
        for case, severity in severities(rule.kind).items():
            template = catalogue.sentence(case if case in COMMON else f"{rule.kind}.{case}")
            for name, value in facts.items():
                template = template.replace("{" + name + "}", value)
            system, code = _reason(rule, severity).split("/", 1)
            yield {
                "entry": entry,
                "case": case,
                "rule": rule.rule,
                "provision": rule.provision,
                "severity": severity,
                "reason_system": system,
                "reason_code": code,
                "template": template,
            }


COMMON = frozenset({"undated", "unchecked"})
"""The cases whose sentence is the same for all kinds."""


def severities(kind: str) -> dict[str, Severity]:
    """The cases of a kind, each with its severity."""
    if kind in ROW_KINDS:
        return {"undated": "unchecked", **ROW_KINDS[kind].severities}
    if kind in GROUP_KINDS:
        return dict(GROUP_KINDS[kind].severities)
    return dict(JOIN_KINDS[kind].SEVERITIES)


def _facts(rule: AnyRule, law: Law, catalogue: Catalogue) -> dict[str, str]:
    given = {name: str(value) for name, value in rule.model_dump().items() if value is not None}
    keys = [catalogue.sentence(f"key.{key}") for key in getattr(rule, "per", ())]
    subject = law.provisions[rule.provision].subject
    facts = {
        **{name: given.get(name, "") for name in ("limit", "from_birthday", "to_birthday")},
        "value": given.get("value", "").lower(),
        "values": ", ".join(getattr(rule, "values", ())),
        "teeth": ", ".join(getattr(rule, "teeth", ())),
        "per": catalogue.sentence("both").join(keys),
        "subject": subject[:1].upper() + subject[1:],
    }
    return facts


def _reason(rule: AnyRule, severity: Severity) -> str:
    if severity == "unchecked":
        return rule.reason_unchecked
    if severity == "warn" and isinstance(rule, OnlyByTitle):
        return rule.reason_warn
    return rule.reason


def _arrow(rows: list[dict[str, Any]], table: ir.Table) -> pa.Table:
    return pa.Table.from_pylist(rows, schema=table.schema().to_pyarrow())

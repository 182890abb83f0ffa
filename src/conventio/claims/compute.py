"""One provision worked out: a formula with its figures, or a rule on one service with history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pyarrow as pa
from pydantic import ValidationError

from conventio.claims.check import decided
from conventio.claims.findings import COLUMNS
from conventio.claims.output import LISTED, account
from conventio.claims.sentences import FINDINGS_WITH_FACTS, sentence
from conventio.folder.tables import BESIDE_SERVICES, TABLES
from conventio.law import Law, known
from conventio.law.mechanism import MECHANISMS, Mechanism, NotFitting
from conventio.law.model import Provision, Value
from conventio.monitoring import shares
from conventio.prescriptions import retention
from conventio.tariff import overcharge, urgent
from conventio.wording.catalogue import Catalogue
from conventio.wording.manner import Manner

__all__ = [
    "Computed",
    "NotComputed",
    "compute",
    "describe",
    "overcharge",
    "retention",
    "shares",
    "urgent",
]

SYNTHETIC_PRACTITIONER = "39999929001"
"""A number with valid check digits that is nobody's, for a service without its practitioner."""


class NotComputed(Exception):
    """A provision can't be worked out with what was given; the sentences say what to do.

    Each is the key of a sentence, with its facts.
    """

    def __init__(self, *said: tuple[str, Mapping[str, object]]) -> None:
        self.said = said
        super().__init__(self.message("en"))

    def message(self, language: str) -> str:
        """What is wrong, in a language."""
        words = Catalogue.read(language, "computing")
        return "; ".join(words.say(key, **facts) for key, facts in self.said)


def _refused(key: str, /, **facts: object) -> NotComputed:
    return NotComputed((key, facts))


@dataclass(frozen=True)
class Computed:
    """The answer for one provision."""

    provision: str
    on: date | None
    known: date | None
    law: str
    value: Any
    unit: str | None
    cites: Sequence[str]
    gaps: Sequence[Mapping[str, Any]]


def compute(
    law: Law,
    name: str,
    given: Mapping[str, Any],
    on: date | None = None,
    *,
    manner: Manner | None = None,
) -> Computed:
    """Work out a provision; raises NotComputed, or Unusable where tables are wrong.

    Findings are put as in the tables, or in the `manner` that is given.
    """
    provision = _provision(law, name)
    if provision.mechanism is not None:
        return _by_mechanism(law, provision, MECHANISMS[provision.mechanism], given, on)
    if law.rules_of(name):
        return _by_rules(law, provision, given, manner or Manner())
    raise _refused("no-formula", provision=name)


def describe(law: Law, name: str) -> dict[str, Any]:
    """What a provision asks, as JSON schema."""
    provision = _provision(law, name)
    if provision.mechanism is not None:
        return MECHANISMS[provision.mechanism].inputs.model_json_schema()
    if not law.rules_of(name):
        raise _refused("no-formula", provision=name)
    listed = {table: {"type": "array", "items": _row_schema(table)} for table in BESIDE_SERVICES}
    history = {"type": "array", "items": _row_schema("services")}
    properties = {"service": _row_schema("services"), "history": history, **listed}
    return {
        "title": name,
        "type": "object",
        "properties": properties,
        "required": ["service"],
        "additionalProperties": False,
    }


def _provision(law: Law, name: str) -> Provision:
    if name not in law.provisions:
        raise _refused("no-provision", provision=name)
    return law.provisions[name]


def _row_schema(table: str) -> dict[str, Any]:
    """The columns of a table, with values as they would stand in a CSV file."""
    return {
        "type": "object",
        "properties": {
            column.name: {"description": column.meaning, "x-type": column.type}
            for column in TABLES[table].columns
        },
        "additionalProperties": False,
    }


def _by_mechanism(
    law: Law,
    provision: Provision,
    mechanism: Mechanism,
    given: Mapping[str, Any],
    on: date | None,
) -> Computed:
    figures = {name: _figure(provision, name, on).value for name in mechanism.figures}
    try:
        value = mechanism.run(given, figures)
    except ValidationError as error:
        raise NotComputed(*(_told(one) for one in error.errors())) from None
    except NotFitting as error:
        raise NotComputed((error.key, error.facts)) from None
    return _answer(law, provision, on, value, mechanism.unit, [provision.id])


def _figure(provision: Provision, name: str, on: date | None) -> Value:
    """The figure of the day; without a day, the only one there is."""
    entries = [value for value in provision.values if value.name == name]
    figures = known.prevailing(entries, lambda value: value.entry)
    if on is None and len(figures) > 1:
        raise _refused("which-day", figure=name, provision=provision.id)
    found = [value for value in figures if on is None or on in value.days]
    if not found:
        days = ", ".join(str(value.days) for value in figures)
        raise _refused("not-known-on", figure=name, provision=provision.id, day=on, days=days)
    return found[0]


def _told(error: Any) -> tuple[str, Mapping[str, object]]:
    """What is wrong with a value; where it is its type, in the words of pydantic."""
    own = error.get("ctx", {}).get("error")
    if isinstance(own, NotFitting):
        return own.key, own.facts
    name = ".".join(str(part) for part in error["loc"])
    return "value", {"name": name, "found": repr(error["input"]), "expected": error["msg"]}


def _by_rules(law: Law, provision: Provision, given: Mapping[str, Any], manner: Manner) -> Computed:
    """The rules of the provision alone, asked of one service."""
    unknown = sorted(set(given) - {"service", "history", *BESIDE_SERVICES})
    if unknown:
        asked = ", ".join(("service", "history", *BESIDE_SERVICES))
        raise _refused("not-asked", names=", ".join(unknown), asked=asked)
    if not isinstance(given.get("service"), Mapping):
        raise _refused("no-service")
    _refuse_other_shapes(given)
    names = {rule.rule for rule in law.rules_of(provision.id)}
    only = replace(law, rules=[rule for rule in law.rules if rule.rule in names])
    with decided(_tables(given), only, language=manner.language) as (engine, folder, done):
        (outcome,) = (name for name, services in done.outcomes.items() if services)
        rows = engine.rows(f"{FINDINGS_WITH_FACTS} ORDER BY {LISTED}")
        findings = [
            {
                **{name: row[name] for name in COLUMNS if name != "service_id"},
                "message": sentence(row, only, manner),
            }
            for row in rows
        ]
        not_run = account(done, folder)["rules_not_run"]
    value = {"outcome": outcome, "findings": findings, "not_run": not_run}
    cites = sorted({provision.id, *(row["provision"] for row in findings)})
    day = str(given["service"].get("performed_at") or "")[:10]
    return _answer(law, provision, date.fromisoformat(day) if day else None, value, None, cites)


def _refuse_other_shapes(given: Mapping[str, Any]) -> None:
    """Refuse what is no list of rows, and columns that nobody asks: they would be passed over."""
    said: list[tuple[str, Mapping[str, object]]] = []
    for name, rows in given.items():
        table = name if name in BESIDE_SERVICES else "services"
        listed = [rows] if name == "service" else rows
        if not isinstance(listed, list | tuple) or not all(
            isinstance(row, Mapping) for row in listed
        ):
            said.append(("no-rows", {"name": name}))
            continue
        asked = TABLES[table].names()
        unknown = dict.fromkeys(str(column) for row in listed for column in row)
        if columns := [f"{name}.{column}" for column in unknown if column not in asked]:
            facts = {"names": ", ".join(columns), "asked": ", ".join(asked)}
            said.append(("not-asked", facts))
    if said:
        raise NotComputed(*said)


def _tables(given: Mapping[str, Any]) -> dict[str, pa.Table]:
    known = {
        "attestation_id": "attestation",
        "patient_id": "patient",
        "practitioner": SYNTHETIC_PRACTITIONER,
    }
    service = {"service_id": "service", **known, "performed_at": None, **given["service"]}
    same = {name: service[name] for name in ("patient_id", "practitioner")}
    history = [
        {"service_id": f"history-{number}", **known, **same, "decided": "accepted", **row}
        for number, row in enumerate(given.get("history", ()), start=1)
    ]
    tables = {"services": _as_given([{**service, "decided": None}, *history])}
    for name in BESIDE_SERVICES:
        if name in given:
            tables[name] = _as_given(given[name], name)
    return tables


def _as_given(rows: Sequence[Mapping[str, Any]], table: str = "services") -> pa.Table:
    """Rows as text, as they would stand in a CSV file."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    if not rows:
        columns = list(TABLES[table].names())
    texts = {column: [_text(row.get(column)) for row in rows] for column in columns}
    return pa.table({name: pa.array(values, pa.string()) for name, values in texts.items()})


def _text(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value).lower() if isinstance(value, bool) else str(value)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused("half-letter", found=ascii(text)) from None
    return text


def _answer(
    law: Law,
    provision: Provision,
    on: date | None,
    value: Any,
    unit: str | None,
    cites: Sequence[str],
) -> Computed:
    gaps = [gap.model_dump(exclude_none=True) for gap in provision.gaps]
    by = law.as_known_by
    return Computed(provision.id, on, by, law.version, value, unit, cites, gaps)

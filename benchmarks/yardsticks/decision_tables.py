"""The row rules of the law as decision tables, in the JSON that zen-engine reads.

One graph for each code, with a table for each entry of a rule that speaks of the code, so that a
service meets its own rules only. A table has the cases of its rule as rows, and the first that
holds is its answer; a row that answers null holds where the rule has nothing to say.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from conventio.claims.entries import Entry
from conventio.claims.kinds import ROW_KINDS
from conventio.claims.kinds.prescription_fits import FACTS_BY
from conventio.law.nomenclature import Code, Nomenclature
from conventio.law.rules import (
    AgeBetween,
    AgeOutside,
    AnyRule,
    FacesFit,
    FactAbsent,
    FactAmong,
    FactIs,
    NeedsFact,
    Patients,
    PrescriptionFits,
    RowRule,
    ToothAmong,
)
from conventio.law.teeth import named

NO_CODE = "unknown"
"""The graph of the codes that the nomenclature does not have."""

DAY = "day"
"""The day of service as a whole number, such as 20100615: numbers are compared fastest."""

OLDEST = 1000
"""Years that nobody reaches: intervals have two ends."""

Cells = Mapping[str, str]
"""The conditions of a row, by the fact that they ask about; a fact not asked may be anything."""


@dataclass(frozen=True)
class Row:
    """One row of a table: when it holds, and which case of the kind it is; None is no finding."""

    cells: Cells
    case: str | None


@dataclass(frozen=True)
class Table:
    """One entry of a rule, as a table for one code."""

    entry: Entry
    rows: tuple[Row, ...]

    @property
    def facts(self) -> list[str]:
        """The facts that it asks about: its columns."""
        return sorted({fact for row in self.rows for fact in row.cells})


@dataclass
class Book:
    """Every graph, and the kinds of rules that can't be said so."""

    graphs: dict[str, list[Table]] = field(default_factory=dict)
    left_out: set[str] = field(default_factory=set)

    @property
    def facts(self) -> list[str]:
        """The facts that a service has to come with."""
        every = (table.facts for tables in self.graphs.values() for table in tables)
        return sorted({fact for facts in every for fact in facts})

    @property
    def rules(self) -> list[str]:
        """The rules that stand in it."""
        every = (table.entry.rule.rule for tables in self.graphs.values() for table in tables)
        return sorted(set(every))


def book(entries: Iterable[Entry], nomenclature: Nomenclature) -> Book:
    """The graphs of all codes, from the entries of the law."""
    found = Book({code: [] for code in (*nomenclature, NO_CODE)})
    for entry in entries:
        kind = entry.rule.kind
        if kind not in _CASES:
            if kind in ROW_KINDS:
                found.left_out.add(entry.rule.rule)
            continue
        codes = [*nomenclature, NO_CODE]
        if not entry.everywhere:
            codes = sorted(nomenclature.meant_by(entry.rule.services))
        for code in codes:
            rows = tuple(_rows(entry, nomenclature.get(code)))
            if rows:
                found.graphs[code].append(Table(entry, rows))
    return found


def graph(tables: Sequence[Table]) -> str:
    """The tables of one code as a graph, which takes an array of services."""
    nodes: list[dict[str, Any]] = [{"id": "in", "type": "inputNode", "name": "in"}]
    edges = []
    for table in tables:
        name = str(table.entry.number)
        nodes.append({"id": name, "type": "decisionTableNode", "name": name, "content": _of(table)})
        edges += [_edge("in", name), _edge(name, "out")]
    nodes.append({"id": "out", "type": "outputNode", "name": "out"})
    return json.dumps({"nodes": nodes, "edges": edges})


def flat(fact: str) -> str:
    """The name of a fact without a point, which would mean a value within a value."""
    return fact.replace(".", "_")


def _edge(source: str, target: str) -> dict[str, str]:
    return {"id": f"{source}-{target}", "type": "edge", "sourceId": source, "targetId": target}


def _of(table: Table) -> dict[str, Any]:
    columns = {fact: f"i{place}" for place, fact in enumerate(table.facts)}
    return {
        "hitPolicy": "first",
        "executionMode": "loop",
        "inputField": "services",
        "outputPath": str(table.entry.number),
        "passThrough": False,
        "inputs": [{"id": one, "name": fact, "field": flat(fact)} for fact, one in columns.items()],
        "outputs": [{"id": "o", "name": "case", "field": "case"}],
        "rules": [
            {
                "_id": f"{table.entry.number}-{place}",
                **{one: row.cells.get(fact, "") for fact, one in columns.items()},
                "o": json.dumps(row.case),
            }
            for place, row in enumerate(table.rows)
        ],
    }


# --- what an entry says of a code ----------------------------------------------------------------


def _rows(entry: Entry, code: Code | None) -> Iterator[Row]:
    """The cases of an entry, each on the days and prescriptions of which the entry speaks."""
    rule = entry.rule
    when = {**_WHEN[rule.when], **_patients(rule.patients)} if isinstance(rule, RowRule) else {}
    if rule.days.stated and entry.answers_undated:
        yield Row({**when, DAY: "null"}, "undated")
    on_its_days = {DAY: f"[{number(rule.days.start)}..{number(rule.days.end)}]"}
    bounds = {**when, **(on_its_days if rule.days.stated else {})}
    for row in _CASES[rule.kind](rule, code):
        yield Row({**bounds, **row.cells}, row.case)


def _patients(patients: Patients | None) -> Cells:
    """The patients of whom an entry speaks; of an unknown sex or age they may be."""
    if patients is None:
        return {}
    cells = {}
    if patients.sexes is not None:
        cells["sex"] = f"null, {_one_of(patients.sexes)}"
    if (patients.from_birthday, patients.to_birthday) != (None, None):
        last = OLDEST if patients.to_birthday is None else patients.to_birthday
        cells["age"] = f"null, [{patients.from_birthday or 0}..{last})"
    return cells


def number(day: date) -> int:
    """A day as a whole number."""
    return (day.year * 100 + day.month) * 100 + day.day


_WHEN: Mapping[str, Cells] = {
    "always": {},
    "prescribed": {"prescription_id": "!= null"},
    "prescription-known": {"prescription_known": "true"},
}


def _known_code(rule: AnyRule, code: Code | None) -> list[Row]:
    return [] if code else [Row({}, "unknown-code")]


def _covered(rule: AnyRule, code: Code | None) -> Iterator[Row]:
    if code is None:
        return
    yield Row({"article": "null"}, "article-unknown")
    yield Row({"covered_first": "null"}, "not-covered")
    yield Row({DAY: "null"}, None)
    yield Row({"covered_first": f"> {DAY}"}, "not-covered")
    yield Row({"covered_last": f"< {DAY}"}, "not-covered")


def _unborn(rule: AnyRule, code: Code | None) -> list[Row]:
    return [
        Row({"birth_date": "null"}, None),
        Row({DAY: "null"}, None),
        Row({"birth_date": f"> {DAY}"}, "unborn"),
    ]


def _after_check(rule: AnyRule, code: Code | None) -> list[Row]:
    return [Row({DAY: "null"}, None), Row({DAY: "> as_of", "as_of": "!= null"}, "after-check")]


def _code_in_force(rule: AnyRule, code: Code | None) -> Iterator[Row]:
    if code is None:
        return
    yield Row({DAY: "null"}, "unchecked")
    if code.valid_from:
        yield Row({DAY: f"< {number(code.valid_from)}"}, "early")
    if code.valid_to:
        yield Row({DAY: f"> {number(code.valid_to)}"}, "late")


def _needs_fact(rule: NeedsFact, code: Code) -> list[Row]:
    return [Row({fact: "null"}, "refuse") for fact in rule.facts]


def _fact_is(rule: FactIs, code: Code) -> list[Row]:
    otherwise = "warn" if rule.otherwise == "warn" else "refuse"
    asks_missing = otherwise == "refuse" and rule.empty == "unchecked"
    missing = [Row({rule.fact: "null"}, "unchecked")] if asks_missing else []
    return [*missing, Row({rule.fact: json.dumps(not rule.value)}, otherwise)]


def _fact_absent(rule: FactAbsent, code: Code) -> list[Row]:
    return [Row({rule.fact: "!= null"}, "refuse")]


def _fact_among(rule: FactAmong, code: Code) -> Iterator[Row]:
    yield Row({rule.fact: "null"}, "unchecked")
    if rule.undecided:
        yield Row({rule.fact: _one_of(rule.undecided)}, "undecided")
    yield Row({rule.fact: _one_of(rule.values)}, None)
    yield Row({}, "refuse")


def _tooth_among(rule: ToothAmong, code: Code) -> list[Row]:
    teeth = frozenset[str]().union(*(named(name) for name in rule.teeth))
    return [
        Row({"tooth": "null"}, "unchecked"),
        Row({"tooth": _one_of(sorted(teeth))}, None),
        Row({}, "refuse"),
    ]


def _one_of(values: Iterable[str]) -> str:
    return ", ".join(json.dumps(value) for value in values)


def _age_between(rule: AgeBetween, code: Code) -> Iterator[Row]:
    young, old = ("younger", "older") if rule.otherwise == "warn" else ("young", "old")
    yield Row({"birth_date": "null"}, "unchecked")
    yield Row({"age": "null"}, None)
    if rule.from_birthday is not None:
        yield Row({"age": f"< {rule.from_birthday}"}, young)
    if rule.to_birthday is not None:
        yield Row({"age": f">= {rule.to_birthday}"}, old)


def _age_outside(rule: AgeOutside, code: Code) -> Iterator[Row]:
    if rule.unless:
        yield Row({rule.unless: "true"}, None)
    yield Row({"age": "null"}, "unchecked")
    yield Row({"age": f"< {rule.from_birthday}"}, None)
    yield Row({"age": f">= {rule.to_birthday}"}, None)
    if rule.unless:
        yield Row({rule.unless: "null"}, "unchecked")
    yield Row({}, "between")


def _faces_fit(rule: FacesFit, code: Code) -> Iterator[Row]:
    yield Row({"faces_recorded": "null"}, "unchecked")
    if code.faces is not None:
        yield Row({"faces_recorded": f"< {code.faces}"}, "differ")
        if rule.or_more_from is None or code.faces < rule.or_more_from:
            yield Row({"faces_recorded": f"> {code.faces}"}, "differ")


def _enough_images(rule: AnyRule, code: Code) -> Iterator[Row]:
    if code.images is not None:
        yield Row({"images": "null"}, "unchecked")
        yield Row({"images": f"< {code.images}"}, "few")


def _known_prescription(rule: AnyRule, code: Code) -> list[Row]:
    return [Row({"prescription_id": "!= null", "prescription_known": "false"}, "unknown")]


def _prescription_fits(rule: PrescriptionFits, code: Code) -> Iterator[Row]:
    fact = FACTS_BY[rule.by]
    yield Row({fact: "null"}, None)
    if rule.by == "patient":
        yield Row({fact: "!= patient_id", "patient_id": "!= null"}, "refuse")
        return
    own, differs = ("birth_date", "!=") if rule.by == "birth-date" else (DAY, ">")
    yield Row({own: "null"}, "unchecked")
    yield Row({fact: f"{differs} {own}"}, "differ")


def _public_offer(rule: AnyRule, code: Code) -> list[Row]:
    offer = "public_offer_covers_duty_hours"
    return [
        Row({offer: "false"}, None),
        Row({"duty": "true"}, None),
        Row({offer: "null"}, "unchecked"),
        Row({"duty": "null"}, "unchecked"),
        Row({}, "refuse"),
    ]


def _unsettled(rule: AnyRule, code: Code) -> list[Row]:
    return [Row({}, "warn")]


_CASES: Mapping[str, Callable[[Any, Any], Iterable[Row]]] = {
    "known-code": _known_code,
    "covered": _covered,
    "code-in-force": _code_in_force,
    "age-known": _unborn,
    "not-before-birth": _unborn,
    "not-after-check": _after_check,
    "needs-fact": _needs_fact,
    "fact-is": _fact_is,
    "fact-absent": _fact_absent,
    "fact-among": _fact_among,
    "tooth-among": _tooth_among,
    "age-between": _age_between,
    "age-outside": _age_outside,
    "faces-fit": _faces_fit,
    "enough-images": _enough_images,
    "known-prescription": _known_prescription,
    "prescription-fits": _prescription_fits,
    "not-with-public-offer": _public_offer,
    "unsettled": _unsettled,
}
"""The rows of each kind that a decision table can say."""

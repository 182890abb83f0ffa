"""The row rules by zen-engine: the findings of decision tables beside those of conventio."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from benchmarks.yardsticks.answers import Answers
from benchmarks.yardsticks.decision_tables import DAY, NO_CODE, Book, book, flat, graph
from conventio.claims.sentences import severities
from conventio.folder.engine import literal, quoted

AT_ONCE = 500
"""How many services are given to a graph at once; with more it is no faster."""

Finding = tuple[str, str, str, str]
"""service_id, rule, provision and severity."""


@dataclass(frozen=True)
class Batch:
    """Services of one code, with their facts."""

    graph: str
    services: Sequence[str]
    facts: Mapping[str, Any]


@dataclass(frozen=True)
class Measured:
    """What the decision tables took, in seconds, and what they are."""

    seconds: list[float]
    """One figure a run: every service given to its graph."""
    compiling: float
    services: int
    findings: int
    tables: int
    rules: Sequence[str]
    left_out: Sequence[str]
    differences: Sequence[str]


def measure(answers: Answers, runs: int) -> Measured:
    """Ask the tables for every new service, so many times, and compare what they say."""
    from zen import ZenEngine

    tables = book(answers.run, answers.nomenclature)
    given = batches(answers, tables)
    graphs = {one.graph: json.loads(graph(tables.graphs[one.graph])) for one in given}
    requests: Any = [{"key": one.graph, "context": one.facts} for one in given]
    start = time.perf_counter()
    engine = ZenEngine({"loader": {"type": "static", "content": graphs}})
    engine.evaluate_batch([{"key": name, "context": {"services": []}} for name in graphs])
    compiling = time.perf_counter() - start
    seconds = []
    said: Any = []
    for _ in range(runs):
        start = time.perf_counter()
        said = engine.evaluate_batch(requests)
        seconds.append(time.perf_counter() - start)
    found = findings(tables, given, said)
    return Measured(
        seconds,
        compiling,
        services=sum(len(batch.services) for batch in given),
        findings=len(found),
        tables=sum(len(tables.graphs[name]) for name in graphs),
        rules=tables.rules,
        left_out=sorted(tables.left_out),
        differences=differences(found, by_conventio(answers, tables)),
    )


def batches(answers: Answers, tables: Book) -> list[Batch]:
    """The new services by code, each with the facts that the tables of its code ask about."""
    present = answers.engine.rows("SELECT DISTINCT code FROM services WHERE decided IS NULL")
    codes = {row["code"] for row in present}
    unknown = codes - set(answers.nomenclature)
    of_graphs = {code: [code] for code in sorted(codes - unknown)}
    found = []
    for name, services_of in {**of_graphs, NO_CODE: sorted(unknown)}.items():
        asked = sorted({fact for table in tables.graphs[name] for fact in table.facts})
        rows = answers.engine.rows(_facts(services_of, asked)) if services_of else []
        for first in range(0, len(rows), AT_ONCE):
            some = rows[first : first + AT_ONCE]
            services = [row.pop("service_id") for row in some]
            found.append(Batch(name, services, {"services": some}))
    return found


def _facts(codes: Iterable[str], asked: Iterable[str]) -> str:
    """The query for the facts of the new services of some codes, joined from all tables."""
    facts = "".join(f", {_FACTS.get(fact, _column(fact))} AS {flat(fact)}" for fact in asked)
    return f"""
        SELECT services.service_id{facts}
        FROM services
            LEFT JOIN patients USING (patient_id)
            LEFT JOIN practitioners USING (practitioner)
            LEFT JOIN codes ON codes.code = services.code
            LEFT JOIN prescriptions
                ON prescriptions.prescription_id = services.prescription_id
            LEFT JOIN professions ON professions.digit = left(prescriptions.prescriber, 1)
        WHERE services.decided IS NULL AND services.code IN ({", ".join(map(literal, codes))})
    """


def _column(fact: str) -> str:
    table, _, column = fact.rpartition(".")
    return f"{table or 'services'}.{quoted(column)}"


def _number(day: str) -> str:
    return f"year({day}) * 10000 + month({day}) * 100 + day({day})"


_OF_YEAR = "month({0}) * 100 + day({0})"
_NOT_YET = f"{_OF_YEAR.format('performed_on')} < {_OF_YEAR.format('birth_date')}"
_FACTS = {
    DAY: _number("performed_on"),
    "as_of": f"(SELECT {_number('as_of')} FROM check_day)",
    "age": f"year(performed_on) - year(birth_date) - ({_NOT_YET})::INTEGER",
    "birth_date": _number("birth_date"),
    "sex": "patients.sex",
    "article": "codes.article",
    "covered_first": _number("codes.covered_first"),
    "covered_last": _number("codes.covered_last"),
    "faces_recorded": "length(surfaces)",
    "public_offer_covers_duty_hours": "practitioners.public_offer_covers_duty_hours",
    "prescription_known": "prescriptions.prescription_id IS NOT NULL",
    "prescriptions.prescriber_profession": "professions.profession",
    "prescriptions.signature": "CASE WHEN prescriptions.signed THEN 'signed' END",
    "prescriptions.patient_birth_date": _number("prescriptions.patient_birth_date"),
    "prescriptions.prescribed_on": _number("prescriptions.prescribed_on"),
}
"""The facts that are not a column of the same name."""


def findings(tables: Book, given: list[Batch], said: Sequence[Any]) -> set[Finding]:
    """What the tables said, as findings."""
    rules = {
        str(one.entry.number): one.entry.rule for ones in tables.graphs.values() for one in ones
    }
    found: set[Finding] = set()
    for batch, answer in zip(given, said, strict=True):
        for entry, cases in answer["data"]["result"].items():
            rule = rules[entry]
            of_kind = severities(rule.kind)
            for service, case in zip(batch.services, cases, strict=True):
                if case and case["case"]:
                    severity = of_kind[case["case"]]
                    found.add((service, rule.rule, rule.provision, severity))
    return found


def by_conventio(answers: Answers, tables: Book) -> set[Finding]:
    """The findings of the same entries by conventio; a rule may have entries of other kinds."""
    numbers = {one.entry.number for ones in tables.graphs.values() for one in ones}
    rows = answers.engine.rows(
        "SELECT service_id, rule, provision, severity FROM findings "
        f"WHERE entry IN ({', '.join(map(str, sorted(numbers)))})"
    )
    return {(row["service_id"], row["rule"], row["provision"], row["severity"]) for row in rows}


def differences(one: set[Finding], other: set[Finding]) -> list[str]:
    """What only one of the two says."""
    only = [(finding, "zen-engine") for finding in one - other]
    only += [(finding, "conventio") for finding in other - one]
    return [f"only {who}: {' '.join(finding)}" for finding, who in sorted(only)]

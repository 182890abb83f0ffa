"""Making a synthetic population in an engine, and writing it as a folder of tables.

Scenes are drawn by a hash of their number and the seed, and given to patients in turn; whatever
else is drawn is drawn in the same way, so that a number and a seed give the same folder anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from conventio.folder.engine import Engine
from conventio.folder.tables import BESIDE_SERVICES, TABLES
from conventio.population.scenes import RATE, Script, script
from conventio.population.tables import DRAWS, FACTS, tables

LABELS = "labels"
"""The folder beside the tables, for what `check` is not to read."""

WRITTEN = ("services", *BESIDE_SERVICES)

Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Population:
    """What was made: the rows of each table, and how often each rule is broken."""

    rows: dict[str, int]
    history: int
    planted: dict[str, int]


def generate(
    engine: Engine,
    services: int,
    seed: int,
    target: Path,
    *,
    csv: bool = False,
    progress: Progress | None = None,
) -> Population:
    """Write a population of so many services (history included) to a folder that is there.

    The same number and seed give the same bytes.
    """
    tell = progress or (lambda what, done: None)
    written = script()
    for name, table in tables(written, services).items():
        engine.load(name, table)
    queries = _queries(services, seed)
    for done, (name, query) in enumerate(queries.items()):
        tell(f"making: {name}", done / (len(queries) + 2))
        (engine.view if name in _VIEWS else engine.create)(name, query)
    tell("writing", len(queries) / (len(queries) + 2))
    write = engine.write_csv if csv else engine.write_parquet
    suffix = "csv" if csv else "parquet"
    (target / LABELS).mkdir()
    for name in WRITTEN:
        write(f"SELECT * FROM {name}{_order(name, seed)}", target / f"{name}.{suffix}")
    write("SELECT * FROM planted ORDER BY ALL", target / LABELS / f"planted.{suffix}")
    population = _counted(engine)
    (target / "README.md").write_text(
        _readme(written, population, services, seed), encoding="utf-8", newline="\n"
    )
    return population


_VIEWS = frozenset({"services", "prescriptions"})


def _queries(services: int, seed: int) -> dict[str, str]:
    """The tables in the order in which they are made."""

    def drawn(what: str, *keys: str) -> str:
        return f"hash({seed}::BIGINT, '{what}', {', '.join(keys)})"

    return {
        "tickets": _tickets(services, drawn("scene", "number")),
        "placed": _placed(services, drawn),
        "practising": _PRACTISING,
        "attested": _attested(drawn),
        "services": _services(drawn),
        "patients": _patients(drawn),
        "practitioners": _PRACTITIONERS,
        "titles": _TITLES,
        "authorisations": _AUTHORISATIONS,
        "prescriptions": _prescriptions(),
        "planted": "SELECT service_id, rule FROM attested JOIN breaks USING (scene, line)",
    }


Drawn = Callable[..., str]


def _tickets(services: int, draw: str) -> str:
    """Scenes by number, as long as their services are not more than asked."""
    return f"""
        WITH drawn AS (
            SELECT number, {draw} % {DRAWS} AS draw FROM range({services}) AS t(number)
        ), numbered AS (
            SELECT number, scene, cohort, lines, minute, falls,
                sum(lines) OVER (ORDER BY number ROWS UNBOUNDED PRECEDING)::BIGINT AS behind
            FROM drawn JOIN draws USING (draw) JOIN scenes USING (scene)
        )
        SELECT * FROM numbered WHERE behind <= {services}
    """


def _placed(services: int, drawn: Drawn) -> str:
    """Every scene with its patient and its first day; short ones fill the number of services up.

    The scenes of a cohort are dealt out in blocks of as many as a patient has visits; a block is
    one patient's up to a drawn visit, and another's from there on.
    """
    return f"""
        WITH short AS (
            SELECT scene, cohort, lines, minute, falls FROM scenes
            WHERE lines = 1 ORDER BY scene LIMIT 1
        ), filling AS (
            SELECT number + (SELECT count(*) FROM tickets) AS number, short.*,
                NULL::BIGINT AS behind
            FROM short, range({services} - (SELECT coalesce(max(behind), 0) FROM tickets))
                AS t(number)
        ), every AS (
            SELECT * FROM tickets UNION ALL BY NAME SELECT * FROM filling
        ), dealt AS (
            SELECT *, row_number() OVER (PARTITION BY cohort ORDER BY number) - 1 AS place
            FROM every
        ), visited AS (
            SELECT dealt.*, visits.*EXCLUDE (cohort), place // visits.visits AS block
            FROM dealt JOIN visits
                ON dealt.cohort = visits.cohort AND dealt.place % visits.visits = visits.visit
        ), begun AS (
            SELECT *,
                2 * block + (visit > {drawn("patient", "cohort", "block")} % visits)::BIGINT
                    AS patient,
                first + ({drawn("day", "number")} % room)::INTEGER AS day
            FROM visited
        )
        SELECT number, scene, cohort, own_teeth, falls_on AS day,
            format('P{{:d}}{{:08d}}', cohort + 1, patient) AS patient_id,
            coalesce(minute, 510 + 5 * ({drawn("minute", "number")} % 108)::BIGINT) AS minute
        FROM begun JOIN falling USING (falls, day)
    """


_NUMBER = "format('{:06d}{:02d}001', stem, 97 - stem % 97)"
"""A practitioner's number from its first six digits, with its check digits."""

_PRACTISING = f"""
    WITH numbered AS (
        SELECT sorts.*, first + place AS stem FROM sorts, range(10000) AS t(place)
        WHERE place < size
    )
    SELECT *, {_NUMBER} AS practitioner FROM numbered
"""


def _attested(drawn: Drawn) -> str:
    """The services of every scene, by number: who, when, which line of the scene."""
    return f"""
        WITH staffed AS (
            SELECT scene, line, day AS later, dated, prescription, sort, size, first,
                CASE WHEN mixed OR min(line) OVER (PARTITION BY scene, sort) = 1 THEN ''
                    ELSE '-' || sort END AS apart
            FROM lines JOIN sorts ON lines.by = sorts.sort
        ), numbered AS (
            SELECT placed.*EXCLUDE (day), staffed.*EXCLUDE (scene), day + later::INTEGER AS day,
                first + ({drawn("practitioner", "patient_id", "sort")} % size)::BIGINT AS stem
            FROM placed JOIN staffed USING (scene)
        )
        SELECT
            format('S{{:09d}}{{:d}}', number, line) AS service_id,
            format('A{{:09d}}{{:s}}', number, strftime(day, '%m%d')) || apart AS attestation_id,
            patient_id, {_NUMBER} AS practitioner, scene, line, number, dated, day,
            CASE WHEN dated THEN day + to_minutes(minute) END AS performed_at,
            own_teeth, prescription,
            CASE WHEN prescription IS NOT NULL
                THEN format('R{{:09d}}{{:d}}', number, line) END AS prescription_id
        FROM numbered
    """


def _services(drawn: Drawn) -> str:
    """The table `services`, unordered."""
    made = {
        "count": "1",
        "session_id": f"""CASE WHEN {drawn("session", "number")} % 4 = 0
            THEN 'V' || attestation_id END""",
        "tooth": "coalesce(named_tooth, own_teeth[own_tooth])",
        "fee": "fees.fee",
        "supplement": f"""CASE WHEN fees.fee IS NULL THEN NULL
            WHEN {drawn("supplement", "service_id")} % 20 = 0 THEN 5.00 ELSE 0.00 END""",
        "third_party": f"""CASE WHEN {drawn("third-party", "number")} % 5 = 0
            THEN 'optional' ELSE 'none' END""",
        "setting": "'ambulatory'",
        **{column.name: f"lines.{column.name}" for column in FACTS},
    }
    columns = ", ".join(
        f"({made.get(column.name, 'attested.' + column.name)})::{_SQL_TYPES[column.engine_type]} "
        f"AS {column.name}"
        for column in TABLES["services"].columns
    )
    return f"""
        SELECT {columns}
        FROM attested JOIN lines ON attested.scene = lines.scene AND attested.line = lines.line
            LEFT JOIN fees ON fees.code = lines.code AND attested.performed_at IS NOT NULL
                AND year(attested.performed_at) = year(fees.valid_from)
    """


_SQL_TYPES = {
    "string": "VARCHAR",
    "int64": "BIGINT",
    "boolean": "BOOLEAN",
    "timestamp": "TIMESTAMP",
    "decimal(12,2)": "DECIMAL(12, 2)",
}


def _patients(drawn: Drawn) -> str:
    draw = drawn("person", "patient_id")
    return f"""
        WITH people AS (SELECT DISTINCT patient_id, cohort FROM placed)
        SELECT patient_id, born + ({draw} % (born_within + 1))::INTEGER AS birth_date,
            CASE WHEN of_sex <> '' THEN of_sex
                WHEN {draw} // 1009 % 2 = 0 THEN 'female' ELSE 'male' END AS sex,
            {draw} // 2003 % 6 = 0 AS preferential
        FROM people JOIN cohorts USING (cohort)
    """


_PRACTITIONERS = """
    SELECT practitioner, profession, offers_duty_hours AS public_offer_covers_duty_hours
    FROM practising
"""

_TITLES = """
    SELECT practitioner, unnest(titles) AS title, DATE '2000-01-01' AS valid_from,
        titles_to AS valid_to
    FROM practising
"""

_AUTHORISATIONS = """
    SELECT practitioner, unnest(authorisations) AS kind, DATE '2000-01-01' AS valid_from,
        NULL::DATE AS valid_to
    FROM practising
"""

PRESCRIBERS = {"by-doctor": "19999915001", "by-physiotherapist": "59999943001"}


def _prescriptions() -> str:
    """A prescription for each service that carries one out, but for those not given."""
    texts = (
        "patient_name",
        "patient_first_names",
        "clinical_information",
        "further_information",
        "proposed_examinations",
        "earlier_examinations",
        "prescriber_name",
        "prescriber_first_name",
        "prescriber_address",
    )
    prescribers = "WHEN 'of-nobody' THEN NULL " + " ".join(
        f"WHEN '{sort}' THEN '{one}'" for sort, one in PRESCRIBERS.items()
    )
    made = {
        "prescriber": f"CASE prescription {prescribers} ELSE practitioner END",
        "patient_id": "CASE WHEN prescription = 'of-another' THEN 'another' ELSE patient_id END",
        "patient_birth_date": "birth_date + (prescription = 'of-another-birth-date')::INTEGER",
        "patient_sex": "sex",
        "diagnostic_question": "CASE WHEN prescription <> 'without-question' THEN 'synthetic' END",
        "prescribed_on": "day + CASE prescription WHEN 'later' THEN 5 ELSE -5 END",
        "signed": "prescription <> 'unsigned'",
        "in_treatment": "prescription <> 'not-in-treatment'",
        "model_form": "prescription <> 'other-form'",
        **dict.fromkeys(texts, "'synthetic'"),
    }
    columns = ", ".join(
        f"{made.get(column.name, column.name)} AS {column.name}"
        for column in TABLES["prescriptions"].columns
    )
    return f"""
        SELECT {columns} FROM attested JOIN patients USING (patient_id)
        WHERE prescription <> 'not-given'
    """


def _order(name: str, seed: int) -> str:
    """Services come in an order that says nothing; other tables in that of their rows."""
    if name == "services":
        return f" ORDER BY hash({seed}::BIGINT, 'order', service_id), service_id"
    return " ORDER BY ALL"


def _counted(engine: Engine) -> Population:
    rows = {name: _number(engine, f"SELECT count(*) AS n FROM {name}") for name in WRITTEN}
    planted = engine.rows("SELECT rule, count(*) AS n FROM planted GROUP BY rule ORDER BY rule")
    return Population(
        rows,
        _number(engine, "SELECT count(*) AS n FROM services WHERE decided IS NOT NULL"),
        {row["rule"]: int(row["n"]) for row in planted},
    )


def _number(engine: Engine, query: str) -> int:
    return int(engine.rows(query)[0]["n"])


def _readme(written: Script, population: Population, services: int, seed: int) -> str:
    tables = "\n".join(f"| `{name}` | {rows} |" for name, rows in population.rows.items())
    rules = "\n".join(f"| `{rule}` | {n} |" for rule, n in population.planted.items())
    feeless = ", ".join(sorted(written.without_fee))
    return f"""# Population

**SYNTHETIC.** Nobody in these tables exists: patients have no names, and the practitioners' numbers
are made up and only have valid check digits. Fees and bridge days are made up, and so are the rows
of `nomenclature`: no source gives them, and they are no tariff.

Made by `conventio generate --services {services} --seed {seed}`; the same command makes the same
bytes. {population.history} of the services are history, decided earlier. No fee is given for
{feeless}.

| table | rows |
|---|---|
{tables}

## What is broken

`{LABELS}/planted` names each service and each rule that `conventio check` says something of:
refusals, warnings and missing facts. Every other service fits every rule. Each rule is broken by
about {float(RATE):.1%} of the services; some more often, where one broken rule brings another.

| rule | services |
|---|---|
{rules}
"""

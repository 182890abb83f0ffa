"""The written population as tables that the queries join: scenes, lines, days, people, fees."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import ibis
import pyarrow as pa

from conventio.folder.tables import TABLES, Table
from conventio.law import shipped
from conventio.law.calendar import days
from conventio.law.rules import OnlyAtHours
from conventio.population.scenes import Practice, Script, Staged, staged

DRAWS = 10**5
"""How finely the shares of the scenes are drawn."""

MADE = (
    "service_id",
    "attestation_id",
    "patient_id",
    "practitioner",
    "performed_at",
    "line",
    "count",
    "session_id",
    "fee",
    "supplement",
    "third_party",
    "setting",
    "prescription_id",
    "tooth",
)
"""The columns of `services` that the queries make; the others stand in the scenes."""

FACTS = tuple(column for column in TABLES["services"].columns if column.name not in MADE)

FIRST_YEAR, LAST_YEAR = 2009, 2021
NUMBERS = {"doctor": 19 * 10**4, "dentist": 39 * 10**4, "physiotherapist": 59 * 10**4}
"""The first six digits of the numbers of a profession."""
MOST_OF_A_SORT = 7_000
"""The most practitioners of one sort: the numbers of a profession end with its series."""


def tables(written: Script, services: int) -> dict[str, pa.Table]:
    """Every table by name, for a population of so many services."""
    scenes = staged(written)
    return {
        "scenes": pa.Table.from_pylist(list(_scenes(written, scenes))),
        "draws": pa.Table.from_pylist(list(_draws(scenes))),
        "lines": _typed(_lines(written, scenes), _LINE),
        "breaks": pa.Table.from_pylist(list(_breaks(scenes))),
        "visits": pa.Table.from_pylist(list(_visits(written))),
        "cohorts": pa.Table.from_pylist(list(_cohorts(written))),
        "falling": pa.Table.from_pylist(list(_falling())),
        "sorts": _typed(_sorts(written, services), _SORT),
        "bridge_days": pa.Table.from_pylist([{"date": day} for day in _bridge_days()]),
        "supplement_rates": of_table(TABLES["supplement_rates"], _rates(written)),
        "fees": of_table(TABLES["fees"], _fees(written)),
        "letters": of_table(TABLES["letters"], iter(())),
        "fee_letters": of_table(TABLES["fee_letters"], iter(())),
        "nomenclature": of_table(TABLES["nomenclature"], _nomenclature(written)),
    }


_LINE = {
    "scene": "int64",
    "line": "int64",
    "day": "int64",
    "by": "string",
    "dated": "boolean",
    "prescription": "string",
    "mixed": "boolean",
    "own_tooth": "int64",
    "named_tooth": "string",
    **{column.name: column.engine_type for column in FACTS},
}
_SORT = {
    "sort": "string",
    "size": "int64",
    "first": "int64",
    "profession": "string",
    "titles": "array<string>",
    "titles_to": "date",
    "authorisations": "array<string>",
    "offers_duty_hours": "boolean",
}


def of_table(table: Table, rows: Iterator[dict[str, Any]]) -> pa.Table:
    """Rows as a table of the contract."""
    return _typed(rows, {column.name: column.engine_type for column in table.columns})


def _typed(rows: Iterator[dict[str, Any]], types: dict[str, str]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=ibis.schema(types).to_pyarrow())


def _scenes(written: Script, scenes: list[Staged]) -> Iterator[dict[str, Any]]:
    places = {cohort: place for place, cohort in enumerate(written.cohorts)}
    for number, one in enumerate(scenes):
        hour, minute = (one.scene.at or "-1:0").split(":")
        yield {
            "scene": number,
            "cohort": places[one.cohort],
            "lines": len(one.scene.lines),
            "minute": int(hour) * 60 + int(minute) if one.scene.at else None,
            "falls": one.scene.falls,
        }


def _draws(scenes: list[Staged]) -> Iterator[dict[str, Any]]:
    """Each number that may be drawn, with the scene that it means."""
    behind = sum((one.share for one in scenes), scenes[0].share * 0)
    assert behind == 1
    reached, draw = scenes[0].share * 0, 0
    for number, one in enumerate(scenes):
        reached += one.share
        while draw < round(reached * DRAWS):
            yield {"draw": draw, "scene": number}
            draw += 1


def _lines(written: Script, scenes: list[Staged]) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(scenes):
        for place, line in enumerate(one.scene.lines, start=1):
            facts = {**written.services[line.service], **line.facts}
            tooth = facts.pop("tooth", None)
            yield {
                "scene": number,
                "line": place,
                "day": line.day,
                "by": line.by or one.scene.by,
                "dated": line.dated,
                "mixed": "one-attestation" in line.breaks,
                "prescription": line.prescription,
                "own_tooth": tooth if isinstance(tooth, int) else None,
                "named_tooth": tooth if isinstance(tooth, str) else None,
                **({"decided": "accepted"} if one.scene.past else {}),
                **facts,
            }


def _breaks(scenes: list[Staged]) -> Iterator[dict[str, Any]]:
    for number, one in enumerate(scenes):
        for place, line in enumerate(one.scene.lines, start=1):
            yield from ({"scene": number, "line": place, "rule": rule} for rule in line.breaks)


def _visits(written: Script) -> Iterator[dict[str, Any]]:
    """When the scenes of a patient may begin, and which teeth are their own."""
    for place, cohort in enumerate(written.cohorts.values()):
        for visit, first in enumerate(cohort.visits):
            own = cohort.teeth[visit * cohort.own_teeth : (visit + 1) * cohort.own_teeth]
            yield {
                "cohort": place,
                "visit": visit,
                "visits": len(cohort.visits),
                "first": first,
                "room": cohort.room,
                "own_teeth": list(own),
            }


def _cohorts(written: Script) -> Iterator[dict[str, Any]]:
    for place, cohort in enumerate(written.cohorts.values()):
        first, last = cohort.born
        born = (date(last, 12, 31) - date(first, 1, 1)).days
        yield {
            "cohort": place,
            "born": date(first, 1, 1),
            "born_within": born,
            "of_sex": cohort.sex or "",
        }


def _falling() -> Iterator[dict[str, Any]]:
    """For each day the next of a sort; bridge days: the first of the year."""
    every = list(_calendar())
    bridges = _bridge_days()
    first_bridge = {day.year: day for day in reversed(bridges)}
    found: dict[str, date] = {}
    for day, weekday, holiday in reversed(every):
        found["any-day"] = day
        if weekday < 6 and not holiday and day not in bridges:
            found["working-day"] = day
        if weekday == 7:
            found["sunday"] = day
        if holiday:
            found["holiday"] = day
        found["bridge-day"] = first_bridge[day.year]
        yield from ({"falls": falls, "day": day, "falls_on": on} for falls, on in found.items())


def _bridge_days() -> list[date]:
    """The Fridays after a holiday: made up, since which days are declared is no matter of law."""
    every = list(_calendar())
    after = [day + timedelta(days=1) for day, weekday, holiday in every if weekday == 4 and holiday]
    return [day for day, _, holiday in every if day in after and not holiday]


def _calendar() -> Iterator[tuple[date, int, bool]]:
    hours = next(rule for rule in shipped().entries if isinstance(rule, OnlyAtHours))
    first, last = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
    return days(hours.calendar, hours.holidays, first, last)


def _sorts(written: Script, services: int) -> Iterator[dict[str, Any]]:
    """The sorts of practitioners, each with its numbers in the series of its profession."""
    given = dict(NUMBERS)
    for sort, practice in written.practitioners.items():
        size = max(2, min(MOST_OF_A_SORT, round(services * practice.share / 3_000)))
        first = given[practice.profession]
        given[practice.profession] += size
        yield {"sort": sort, "size": size, "first": first, **_of_practice(practice)}


def _of_practice(practice: Practice) -> dict[str, Any]:
    return {
        "profession": practice.profession,
        "titles": list(practice.titles),
        "titles_to": practice.titles_to,
        "authorisations": list(practice.authorisations),
        "offers_duty_hours": practice.offers_duty_hours,
    }


def _fees(written: Script) -> Iterator[dict[str, Any]]:
    """Amounts that grow by one per cent a year; no tariff has them."""
    for code in written.codes():
        if code in written.without_fee:
            continue
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            fee = _cents(Decimal(10 + int(code) % 97) * (100 + year - FIRST_YEAR) / 100)
            yield {
                "code": code,
                "valid_from": date(year, 1, 1),
                "valid_to": date(year, 12, 31) if year < LAST_YEAR else None,
                "fee": fee,
                "reimbursement": _cents(fee * 3 / 4),
                "reimbursement_preferential": _cents(fee * 19 / 20),
                "category": "synthetic",
            }


def _rates(written: Script) -> Iterator[dict[str, Any]]:
    for code, rate in written.rates.items():
        yield {"code": code, "rate": rate}


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _nomenclature(written: Script) -> Iterator[dict[str, Any]]:
    for row in written.nomenclature:
        yield {"article": "5", "basis": "synthetic: made up for this population", **row}

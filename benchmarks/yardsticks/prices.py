"""Price and age by OpenFisca, beside those of conventio."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis
import numpy
import pyarrow as pa

from benchmarks.yardsticks.answers import Answers
from conventio.claims.kinds.age_between import completed_years
from conventio.folder.engine import compiled

ANSWERS = ("age", "fee_agreed", "reimbursement", "patient_share")
INPUTS = ("code", "count", "performed_on", "birth_date", "preferential", "refused")


@dataclass(frozen=True)
class Measured:
    """What OpenFisca took, in seconds, one figure a run; and what differs."""

    seconds: list[float]
    services: int
    left_out: int
    """Services without a day, or of a code without a fee: conventio knows no price either."""
    differences: Sequence[str]


def measure(answers: Answers, runs: int) -> Measured:
    """Work out the price and the age of every new service, so many times, and compare them."""
    from benchmarks.yardsticks.country import country

    fees = answers.engine.rows("SELECT * FROM fees ORDER BY code, valid_from")
    codes = sorted({row["code"] for row in fees})
    system = country(fees, codes)
    changes = numpy.array(sorted({row["valid_from"] for row in fees}), dtype="datetime64[D]")
    asked = _asked(answers, codes)
    given = {name: asked[name].to_numpy() for name in INPUTS}
    given["performed_on"] = given["performed_on"].astype("datetime64[D]")
    given["birth_date"] = given["birth_date"].astype("datetime64[D]")
    seconds = []
    found: dict[str, Any] = {}
    for _ in range(runs):
        start = time.perf_counter()
        found = _worked_out(system, changes, given)
        seconds.append(time.perf_counter() - start)
    left_out = len(answers.decisions) - len(asked)
    priceless = answers.decisions["fee_agreed"].null_count
    differences = list(_differences(asked, found))
    if priceless != left_out:
        differences.append(f"{left_out} services left out, but {priceless} without a price")
    return Measured(seconds, len(asked), left_out, differences)


def _asked(answers: Answers, codes: Sequence[str]) -> pa.Table:
    """The new services of which the price is known, with what conventio answers, in cents."""
    engine = answers.engine
    engine.load("priced_codes", pa.table({"code": codes, "place": range(len(codes))}))
    engine.create("aged", compiled(_ages(), engine.dialect))
    cents = ", ".join(f"(d.{name} * 100)::INTEGER AS conventio_{name}" for name in ANSWERS[1:])
    return engine.arrow(
        f"""
        SELECT s.service_id, place::INTEGER AS code, coalesce(s.count, 1)::INTEGER AS count,
            s.performed_on, p.birth_date, p.preferential, d.outcome = 'refused' AS refused,
            aged.age::INTEGER AS conventio_age, {cents}
        FROM services s
            JOIN decisions d ON d.row = s.row
            JOIN patients p ON p.patient_id = s.patient_id
            JOIN priced_codes ON priced_codes.code = s.code
            JOIN aged ON aged.row = s.row
        WHERE s.performed_on IS NOT NULL
        ORDER BY s.row
        """
    )


def _ages() -> Any:
    services = ibis.table(
        {"row": "int64", "patient_id": "string", "performed_on": "date"}, name="services"
    )
    patients = ibis.table({"patient_id": "string", "birth_date": "date"}, name="patients")
    joined = services.join(patients, "patient_id")
    return joined.select("row", age=completed_years(joined.birth_date, joined.performed_on))


def _worked_out(system: Any, changes: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """The answers for all services: one simulation for each time between two changes of fees."""
    from openfisca_core.simulations import SimulationBuilder

    spans = numpy.searchsorted(changes, given["performed_on"], side="right") - 1
    order = numpy.argsort(spans, kind="stable")
    bounds = numpy.searchsorted(spans[order], numpy.arange(len(changes) + 1))
    found = {name: numpy.empty(len(order), dtype="int32") for name in ANSWERS}
    for span, day in enumerate(changes):
        here = order[bounds[span] : bounds[span + 1]]
        if not len(here):
            continue
        simulation = SimulationBuilder().build_default_simulation(system, count=len(here))
        for name in INPUTS:
            simulation.set_input(name, str(day), given[name][here])
        for name in ANSWERS:
            found[name][here] = simulation.calculate(name, str(day))
    return found


def _differences(asked: pa.Table, found: Mapping[str, Any]) -> Iterator[str]:
    """Where the two do not answer the same, to the cent and to the year."""
    for name in ANSWERS:
        expected = asked[f"conventio_{name}"].to_numpy()
        for place in numpy.flatnonzero(expected != found[name]):
            service = asked["service_id"][int(place)]
            yield f"{service} {name}: OpenFisca {found[name][place]}, conventio {expected[place]}"

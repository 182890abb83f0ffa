"""What the stages of a check take beside each other, so that the time left can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

Activity = Literal["placing", "rules", "groups", "rounds", "findings", "outcomes"]
"""What a stage does, in a word that the catalogues have sentences for."""

Progress = Callable[[str, float, float], None]
"""Told what is being made, and which share of the known work (0 to 1) is done, and will be then."""


@dataclass(frozen=True)
class Cost:
    """What a stage does, and the seconds that it takes where two million services are decided."""

    activity: Activity
    seconds: float


SMALL = Cost("rules", 0.02)
"""What is supposed of a stage that was not measured."""

STAGES: Mapping[str, Cost] = {
    "patients_in_parts": Cost("placing", 0.2),
    "numbered_patients": Cost("placing", 0.1),
    "leveled_services": Cost("placing", 0.9),
    "moved": Cost("placing", 0.07),
    "untitled_services": Cost("rules", 0.1),
    "row_findings": Cost("rules", 1.0),
    "everywhere_findings": Cost("rules", 0.2),
    "title_findings": Cost("rules", 0.05),
    "authorisation_findings": Cost("rules", 0.07),
    "hour_findings": Cost("rules", 0.1),
    "mixed_services": Cost("rules", 0.3),
    "mixed_findings": Cost("rules", 0.02),
    "missing_facts": Cost("groups", 0.1),
    "asked_sessions": Cost("groups", 0.27),
    "services_in_sessions": Cost("groups", 0.11),
    "named_services": Cost("groups", 0.02),
    "members": Cost("groups", 0.2),
    "crowded": Cost("groups", 0.23),
    "rivals": Cost("groups", 0.13),
    "turns": Cost("groups", 0.23),
    "contested": Cost("groups", 0.15),
    "standing": Cost("rounds", 0.25),
    "limit_findings": Cost("findings", 0.2),
    "lonely_findings": Cost("findings", 0.02),
    "doubtful_findings": Cost("findings", 0.02),
    "repeated_findings": Cost("findings", 0.2),
    "findings": Cost("findings", 0.45),
    "decisions": Cost("outcomes", 0.5),
}
"""By the table that a stage makes; about what `benchmarks.stages` says of two million services."""


def cost(table: str) -> Cost:
    """What the stage that makes a table takes."""
    return STAGES.get(table, SMALL)


def shares(whole: Sequence[str], of_part: Sequence[str], parts: int = 1) -> list[float]:
    """The share of the work that is behind each stage, and last behind all; from 0 to 1.

    First come the stages of the whole input, then those of each of the parts, in which the services
    are fewer.
    """
    seconds = [cost(table).seconds for table in whole]
    seconds += [cost(table).seconds / parts for table in of_part] * parts
    return [behind / sum(seconds) for behind in accumulate(seconds, initial=0.0)]


MEASURED = 2_000_000
"""The services that all of this was measured with."""

FIXED: Mapping[str, float] = {"reading": 0.3, "law": 0.4, "deciding": 0.2, "report": 0.8}
"""The seconds that a part of a check takes however few the services are."""

GROWING: Mapping[str, float] = {
    "reading": 1.1,
    "law": 0.0,
    "deciding": sum(stage.seconds for stage in STAGES.values()),
    "writing": 1.5,
    "report": 0.0,
    "workbook": 90.0,
}
"""The parts of a check in their order, with the seconds that grow with the services."""

JOINED = 3.5
"""What it takes beside that to write the services with their decisions."""

WITH_CSV = 2.0
"""How many times longer it takes to write tables as CSV too."""


def parts(services: int, *, csv: bool, joined: bool, xlsx: bool) -> dict[str, float]:
    """The parts of a check in their order, with about the seconds that each takes."""
    growing = {part: seconds for part, seconds in GROWING.items() if xlsx or part != "workbook"}
    growing["writing"] += JOINED if joined else 0.0
    growing["writing"] *= WITH_CSV if csv else 1.0
    many = services / MEASURED
    return {part: FIXED.get(part, 0.0) + many * seconds for part, seconds in growing.items()}

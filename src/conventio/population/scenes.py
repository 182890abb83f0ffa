"""The scenes of the synthetic population, as they are written in scenes.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, field_validator

RATE = Fraction(1, 200)
"""The share of all services that break a rule, for each rule by itself."""

Falls = Literal["any-day", "working-day", "sunday", "holiday", "bridge-day"]
"""What day a scene begins on."""


class _Written(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cohort(_Written):
    """Patients of an age, and when they come."""

    visits: tuple[date, ...]
    room: int
    born: tuple[int, int]
    sex: str | None = None
    """Of all of them, where it is one."""
    teeth: tuple[str, ...]

    @property
    def own_teeth(self) -> int:
        """How many teeth each scene has for itself."""
        return len(self.teeth) // len(self.visits)


class Practice(_Written):
    """Practitioners of a sort."""

    share: float
    profession: str
    titles: tuple[str, ...]
    titles_to: date | None = None
    authorisations: tuple[str, ...] = (
        "xray-authorisation",
        "xray-acceptance",
        "xray-control",
        "xray-establishment",
        "xray-establishment-control",
    )
    offers_duty_hours: bool = False


class Line(_Written):
    """One service of a scene, and the rules that it breaks there."""

    service: str
    day: int = 0
    by: str | None = None
    """Who performs it, where that is somebody else than for the rest of the scene."""
    dated: bool = True
    prescription: str | None = None
    facts: Mapping[str, Any] = Field(default_factory=dict)
    breaks: tuple[str, ...] = ()


class Scene(_Written):
    """What one patient comes for once."""

    cohorts: tuple[str, ...]
    by: str = "usual"
    at: str | None = None
    """The time of day; office hours where none is written."""
    falls: Falls = "any-day"
    weight: int = 0
    past: bool = False
    lines: tuple[Line, ...]

    @field_validator("lines", mode="before")
    @classmethod
    def _named(cls, lines: list[Any]) -> list[Any]:
        return [{"service": line} if isinstance(line, str) else line for line in lines]

    def plants(self, rule: str) -> int:
        """How many of its services break a rule."""
        return sum(rule in line.breaks for line in self.lines)


class Script(_Written):
    """Everything that is written down of the population."""

    cohorts: Mapping[str, Cohort]
    practitioners: Mapping[str, Practice]
    nomenclature: tuple[Mapping[str, Any], ...]
    without_fee: frozenset[str]
    rates: Mapping[str, Decimal]
    """The supplements that are a share of other fees."""
    services: Mapping[str, Mapping[str, Any]]
    clean: tuple[Scene, ...]
    broken: Mapping[str, tuple[Scene, ...]]

    def codes(self) -> list[str]:
        """The codes that the scenes use."""
        return sorted({str(facts["code"]) for facts in self.services.values()})


@dataclass(frozen=True)
class Staged:
    """A scene for one cohort, and the share of all scenes that it is."""

    scene: Scene
    cohort: str
    share: Fraction


@cache
def script() -> Script:
    """The scenes that come with the program."""
    text = (files("conventio.population") / "scenes.yaml").read_text(encoding="utf-8")
    return Script.model_validate(yaml.safe_load(text))


def staged(written: Script) -> list[Staged]:
    """Every scene for each of its cohorts, so often that each rule is broken at the same rate.

    A scene that breaks a rule is drawn `rate * L / plants` of the time, L being the mean number
    of lines of a scene; which itself depends on how often each is drawn: hence the quotient.
    """
    plants = list(_broken(written))
    weights = sum(scene.weight for scene in written.clean)
    clean_lines = Fraction(sum(len(one.lines) * one.weight for one in written.clean), weights)
    scenes = sum((often for _, often in plants), Fraction(0))
    lines = sum((len(scene.lines) * often for scene, often in plants), Fraction(0))
    mean = clean_lines / (1 - RATE * lines + RATE * scenes * clean_lines)
    clean = 1 - RATE * mean * scenes
    shares = [(one, clean * one.weight / weights) for one in written.clean]
    shares += [(scene, RATE * mean * often) for scene, often in plants]
    return [
        Staged(scene, cohort, share / len(scene.cohorts))
        for scene, share in shares
        for cohort in scene.cohorts
    ]


def _broken(written: Script) -> Iterator[tuple[Scene, Fraction]]:
    """Each scene that breaks a rule, and how often for one service that is to break it."""
    for rule, scenes in written.broken.items():
        for scene in scenes:
            yield scene, Fraction(1, len(scenes) * scene.plants(rule))

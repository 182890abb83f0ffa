"""The report of a check: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from conventio.claims.decide import Decided
from conventio.claims.output import account
from conventio.folder.engine import Engine
from conventio.folder.read import Folder
from conventio.law import Law
from conventio.law.days import Days
from conventio.pages.cases import Case, cases
from conventio.pages.figures import Figures
from conventio.wording.catalogue import Catalogue

SHOWN = 500
"""How many refused, and how many unchecked, services a report shows."""


def write(
    engine: Engine,
    decided: Decided,
    folder: Folder,
    figures: Figures,
    path: Path,
    *,
    language: str = "en",
) -> None:
    """Write the report of what was decided in the engine; the same bytes for the same input."""
    refused = cases(engine, decided.nomenclature, "refused", SHOWN)
    unchecked = cases(engine, decided.nomenclature, "unchecked", SHOWN)
    page = render(decided, folder, figures, refused, unchecked, language)
    path.write_text(page, encoding="utf-8", newline="\n")


def render(
    decided: Decided,
    folder: Folder,
    figures: Figures,
    refused: Sequence[Case],
    unchecked: Sequence[Case],
    language: str = "en",
) -> str:
    """The report as HTML."""
    words = Catalogue.read(language, "report")
    law = decided.law
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=language,
            say=words.say,
            run=account(decided, folder),
            figures=figures,
            shares=_shares(figures),
            listed={"refused": refused, "unchecked": unchecked},
            warnings=[problem.message() for problem in folder.warnings],
            provisions=_cited(law, figures),
            reasons=law.reasons,
            days=lambda days: _days(days, words),
        )
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("conventio.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(amount=amount, number=number, moment=moment)
    return environment


def amount(value: Decimal | None) -> str:
    """An amount in EUR as people read it; a dash where none is known."""
    return "–" if value is None else f"{value:,.2f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def number(value: int) -> str:
    """A number as people read it."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def moment(value: datetime | date | None) -> str:
    """A day, with the time where one is known: 00:00 is none."""
    if isinstance(value, datetime) and (value.hour, value.minute) != (0, 0):
        return f"{value:%Y-%m-%d %H:%M}"
    return "" if value is None else f"{value:%Y-%m-%d}"


def _shares(figures: Figures) -> Mapping[str, str]:
    """The share of each outcome among the services, in percent."""
    total = figures.total.services or 1
    return {one.outcome: f"{100 * one.services / total:.1f}" for one in figures.outcomes}


def _cited(law: Law, figures: Figures) -> list[Any]:
    """The provisions that findings rest on, in the order of the law."""
    cited = {row.provision for row in figures.rules}
    return [provision for provision in law.provisions.values() if provision.id in cited]


def _days(days: Days, words: Catalogue) -> str:
    if not days.stated:
        return words.say("unstated")
    bounds = (str(bound or words.say("open_bound")) for bound in (days.first, days.last))
    return words.say("dates", **dict(zip(("first", "last"), bounds, strict=True)))

"""The report of a check: one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
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
from conventio.wording import amounts
from conventio.wording.catalogue import Catalogue
from conventio.wording.manner import ForPeople

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
    manner = ForPeople(language)
    refused = cases(engine, decided, "refused", SHOWN, manner)
    unchecked = cases(engine, decided, "unchecked", SHOWN, manner)
    page = render(decided, folder, figures, refused, unchecked, manner)
    path.write_text(page, encoding="utf-8", newline="\n")


def render(
    decided: Decided,
    folder: Folder,
    figures: Figures,
    refused: Sequence[Case],
    unchecked: Sequence[Case],
    manner: ForPeople,
) -> str:
    """The report as HTML."""
    language, law = manner.language, decided.law
    words = Catalogue.read(language, "report")
    problems = Catalogue.read(language, "problems")
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            language=language,
            say=words.say,
            manner=manner,
            law=law,
            **_written(language),
            run=account(decided, folder),
            figures=figures,
            shares=_shares(figures, language),
            listed={"refused": refused, "unchecked": unchecked},
            warnings=[problem.message(problems) for problem in folder.warnings],
            provisions=_cited(law, figures),
            asked={row.provision: _asked(law, row.provision, manner) for row in figures.rules},
            days=lambda days: _days(days, words, manner),
        )
    )


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("conventio.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _written(language: str) -> dict[str, Callable[..., str]]:
    """How the page writes amounts, numbers and moments."""
    writers = (amounts.amount, amounts.cents, amounts.number, amounts.moment)
    return {writer.__name__: partial(writer, language=language) for writer in writers}


def _shares(figures: Figures, language: str) -> Mapping[str, str]:
    """The share of each outcome among the services, in percent."""
    total = figures.total.services
    return {one.outcome: amounts.share(one.services, total, language) for one in figures.outcomes}


def _cited(law: Law, figures: Figures) -> list[Any]:
    """The provisions that findings rest on, in the order of the law."""
    cited = {row.provision for row in figures.rules}
    return [provision for provision in law.provisions.values() if provision.id in cited]


def _asked(law: Law, provision: str, manner: ForPeople) -> list[str]:
    """What the rules that rest on a provision ask, each once."""
    asked = dict.fromkeys(manner.asks(rule) for rule in law.rules_of(provision))
    return [sentence for sentence in asked if sentence is not None]


def _days(days: Days, words: Catalogue, manner: ForPeople) -> str:
    if not days.stated:
        return words.say("unstated")
    bounds = (
        manner.day(bound) if bound else words.say("open_bound") for bound in (days.first, days.last)
    )
    return words.say("dates", **dict(zip(("first", "last"), bounds, strict=True)))

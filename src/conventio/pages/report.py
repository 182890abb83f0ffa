"""The report of a check: one HTML file that needs nothing else, in every language."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from conventio.claims.decide import Decided
from conventio.claims.output import account
from conventio.folder.engine import Engine
from conventio.folder.read import Folder
from conventio.law.model import Provision
from conventio.pages import table_widget
from conventio.pages.cases import Listed, cases
from conventio.pages.drawings import drawings
from conventio.pages.figures import Figures
from conventio.pages.languages import InAll, Speaker, Texts, script_json
from conventio.pages.law_in_words import law_in_words
from conventio.wording import amounts
from conventio.wording.catalogue import Catalogue, Language


def write(
    engine: Engine,
    decided: Decided,
    folder: Folder,
    figures: Figures,
    path: Path,
    *,
    language: Language = "en",
) -> None:
    """Write the report of what was decided in the engine; the same bytes for the same input.

    It opens in the language given; its reader can switch. Reads what `tally` left.
    """
    speaker = Speaker("report")
    listed = cases(engine, decided, speaker)
    page = render(decided, folder, figures, listed, speaker, language)
    path.write_text(page, encoding="utf-8", newline="\n")


def render(
    decided: Decided,
    folder: Folder,
    figures: Figures,
    listed: Mapping[str, Listed],
    speaker: Speaker,
    language: Language,
) -> str:
    """The report as HTML."""
    law, texts = decided.law, Texts(language)
    problems = Catalogue.read(language, "problems")
    script = _script(with_lists=any(one.cases for one in listed.values()))
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            page=texts,
            language=language,
            law=law,
            say=speaker.say,
            **{name: getattr(speaker, name) for name in ("number", "amount", "cents", "moment")},
            **{name: getattr(texts, name) for name in ("mark", "plain", "attribute")},
            **law_in_words(decided, speaker),
            run=account(decided, folder),
            figures=figures,
            amounts=decided.amounts,
            parts=_parts(figures, speaker),
            drawings=drawings(figures, speaker),
            period=lambda start: speaker.write(start, _period(figures)),
            listed=listed,
            warnings=[problem.message(problems) for problem in folder.warnings],
            provisions=_cited(decided, figures),
            gaps=_gaps(decided, figures),
            texts=texts.as_json,
            words=script_json(table_widget.words()),
            script=Markup(script),
            hash=f"sha256-{b64encode(sha256(script.encode()).digest()).decode()}",
        )
    )


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """What stands for a value in the page."""
    page: Texts = context["page"]
    return page.shown(value)


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("conventio.pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _script(*, with_lists: bool) -> str:
    """The script of the page; the library comes with it where there are lists."""
    own = files("conventio.pages") / "templates" / "report.js"
    text = own.read_text(encoding="utf-8")
    return table_widget.module(text) if with_lists else text


def _parts(figures: Figures, speaker: Speaker) -> Mapping[str, InAll]:
    """The share of each outcome among the services, in percent."""

    def part(services: int) -> InAll:
        total = figures.services
        return speaker.write(services, lambda one, language: amounts.share(one, total, language))

    return {one.outcome: part(one.services) for one in figures.outcomes}


def _period(figures: Figures) -> Callable[[Any, str], str]:
    return amounts.year if figures.by_year else amounts.month


def _cited(decided: Decided, figures: Figures) -> list[Provision]:
    """The provisions that findings rest on, in the order of the law."""
    cited = figures.provisions
    return [one for one in decided.law.provisions.values() if one.id in cited]


def _gaps(decided: Decided, figures: Figures) -> list[tuple[Provision, int]]:
    """The provisions with gaps that findings or rules that ran rest on, with the services.

    Those that findings rest on come first.
    """
    touched = {rule.provision for rule in decided.rules} | set(figures.provisions)
    law = decided.law.provisions
    found = [
        (one, figures.provisions.get(one.id, 0))
        for one in law.values()
        if one.gaps and one.id in touched
    ]
    return sorted(found, key=lambda one: not one[1])

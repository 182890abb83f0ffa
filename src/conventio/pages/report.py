"""The report of a check: one HTML file that needs nothing else, in every language."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
from conventio.law.days import Days
from conventio.law.model import Provision
from conventio.pages import table_widget
from conventio.pages.cases import Case, cases
from conventio.pages.charts import bars, columns
from conventio.pages.figures import Figures, Share
from conventio.pages.languages import InAll, Speaker, Texts, script_json
from conventio.wording import amounts
from conventio.wording.catalogue import LANGUAGES, Catalogue, Language

SHOWN = {"refused": 200, "unchecked": 100}
"""How many services of an outcome a report shows."""

BARS = 10
"""How many codes are drawn."""


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

    It opens in the language given; its reader can switch. Reads what `figures` leaves.
    """
    speaker = Speaker("report")
    listed = cases(engine, decided, SHOWN, speaker)
    page = render(decided, folder, figures, listed, speaker, language)
    path.write_text(page, encoding="utf-8", newline="\n")


def render(
    decided: Decided,
    folder: Folder,
    figures: Figures,
    listed: Mapping[str, Sequence[Case]],
    speaker: Speaker,
    language: Language,
) -> str:
    """The report as HTML."""
    law, texts = decided.law, Texts(language)
    problems = Catalogue.read(language, "problems")
    script = _script(with_lists=any(listed.values()))
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
            **_law_in_words(decided, speaker),
            run=account(decided, folder),
            figures=figures,
            refused=next(one for one in figures.outcomes if one.outcome == "refused"),
            parts=_parts(figures, speaker),
            drawings=_drawings(figures, speaker),
            period=lambda start: speaker.write(start, _period(figures)),
            listed=listed,
            warnings=[problem.message(problems) for problem in folder.warnings],
            provisions=_cited(decided, figures),
            gaps=_gaps(decided, figures),
            texts=texts.as_json,
            words=_words_of_lists(),
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


@dataclass(frozen=True)
class Label:
    """What a code is called, and the language that this is in."""

    text: InAll
    language: InAll


def _law_in_words(decided: Decided, speaker: Speaker) -> dict[str, Callable[..., Any]]:
    """What the page asks of the law by name."""
    law, words = decided.law, speaker

    @cache
    def asks(rule: str) -> list[InAll]:
        """What the entries of a rule ask, each once."""
        return _asked([one for one in law.entries if one.rule == rule], words)

    @cache
    def title(provision: str) -> InAll:
        return words.each(lambda manner: manner.title(law.provisions[provision]))

    @cache
    def reason(name: str) -> InAll:
        return words.each(lambda manner: manner.reason(name, law))

    @cache
    def labels(code: str) -> Label | None:
        return _label(decided, code)

    return {
        "asks": asks,
        "asked_by": lambda provision: _asked(law.rules_of(provision), words),
        "title": title,
        "reason": reason,
        "labels": labels,
        "left_open": lambda provision: words.perhaps(lambda manner: manner.left_open(provision)),
        "treated": lambda provision: words.perhaps(lambda manner: manner.treated(provision)),
        "days": lambda days: _days(days, words),
    }


def _asked(rules: Sequence[Any], speaker: Speaker) -> list[InAll]:
    def asks(rule: Any) -> InAll | None:
        return speaker.perhaps(lambda manner: manner.asks(rule))

    said = dict.fromkeys(asks(rule) for rule in rules)
    return [sentence for sentence in said if sentence is not None]


def _label(decided: Decided, code: str) -> Label | None:
    """The label of a code; labels are in French and Dutch only."""
    known = decided.nomenclature.get(code)
    if known is None or (known.label_fr is None and known.label_nl is None):
        return None
    given = {"fr": known.label_fr, "nl": known.label_nl}
    order = [
        next(other for other in (language, "fr", "nl") if given.get(other))
        for language in LANGUAGES
    ]
    return Label(InAll(str(given[other]) for other in order), InAll(order))


def _parts(figures: Figures, speaker: Speaker) -> Mapping[str, InAll]:
    """The share of each outcome among the services, in percent."""

    def part(services: int) -> InAll:
        total = figures.total.services
        return speaker.write(services, lambda one, language: amounts.share(one, total, language))

    return {one.outcome: part(one.services) for one in figures.outcomes}


def _period(figures: Figures) -> Callable[[Any, str], str]:
    return amounts.year if figures.by_year else amounts.month


def _drawings(figures: Figures, speaker: Speaker) -> dict[str, dict[str, Markup]]:
    """The charts by name and language; those that would show nothing are left out."""
    drawn = {language: _charts(figures, speaker, language) for language in LANGUAGES}
    return {
        name: {language: drawn[language][name] for language in LANGUAGES}
        for name in drawn[LANGUAGES[0]]
    }


def _charts(figures: Figures, speaker: Speaker, language: Language) -> dict[str, Markup]:
    """The charts in one language, by name."""
    dated = [one for one in figures.periods if one.of is not None]
    labels = [_short(figures, one.of) for one in dated]
    codes = figures.codes[:BARS]

    def whole(value: Any) -> str:
        return amounts.number(int(value), language)

    def euros(value: Any) -> str:
        return amounts.amount(value, language)

    def label(name: str) -> str:
        return speaker.say(f"chart.{name}").in_language(language)

    def by_outcome(shares: Sequence[Share], *outcomes: str) -> dict[str, list[Any]]:
        return {outcome: [one.services[outcome] for one in shares] for outcome in outcomes}

    drawn = {}
    if len(dated) > 1:
        services = by_outcome(dated, "accepted", "unchecked", "refused")
        about = label("services")
        drawn["services"] = columns(labels, services, label=about, written=whole, scale=whole)
    if len(dated) > 1 and any(one.refused_fees for one in dated):
        fees = {"refused": [one.refused_fees for one in dated]}
        about = label("refused_fees")
        drawn["refused_fees"] = columns(labels, fees, label=about, written=euros, scale=whole)
    if codes:
        names, affected = [str(one.of) for one in codes], by_outcome(codes, "refused", "unchecked")
        about = label("codes")
        drawn["codes"] = bars(names, affected, label=about, written=whole, scale=whole)
    return drawn


def _short(figures: Figures, start: Any) -> str:
    """A month or year as it is written under a column, alike in every language."""
    return f"{start:%Y}" if figures.by_year else f"{start:%m/%Y}"


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


def _days(days: Days, speaker: Speaker) -> InAll:
    if not days.stated:
        return speaker.say("unstated")

    def bound(day: Any) -> InAll:
        if day is None:
            return speaker.say("open_bound")
        return speaker.each(lambda manner: manner.day(day))

    return speaker.say("dates", first=bound(days.first), last=bound(days.last))


def _words_of_lists() -> Markup:
    """What the table widget says, by language, under its own names."""
    return script_json({language: _words_of_list(language) for language in LANGUAGES})


def _words_of_list(language: Language) -> dict[str, Any]:
    say = Catalogue.read(language, "report").say
    places = {name: f"_{name.upper()}_" for name in ("start", "end", "total", "max", "menu")}

    def said(name: str) -> str:
        return say(f"list.{name}", **places)

    order = {name: f"{said(name)}" for name in ("orderable", "orderable_reverse", "orderable_none")}
    return {
        "search": said("search"),
        "lengthMenu": said("length"),
        "all": said("all"),
        "info": said("info"),
        "infoEmpty": said("empty"),
        "infoFiltered": said("filtered"),
        "zeroRecords": said("nothing"),
        "thousands": "",
        "paginate": {"first": "«", "previous": "‹", "next": "›", "last": "»"},
        "aria": {
            "orderable": order["orderable"],
            "orderableReverse": order["orderable_reverse"],
            "orderableRemove": order["orderable_none"],
            "paginate": {name: said(name) for name in ("first", "previous", "next", "last")},
        },
    }

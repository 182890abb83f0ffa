"""The charts of a report: its figures over time and by code, in every language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from markupsafe import Markup

from conventio.pages.charts import bars, columns
from conventio.pages.figures import Figures, Share
from conventio.pages.languages import Speaker
from conventio.wording import amounts
from conventio.wording.catalogue import LANGUAGES, Language

BARS = 10
"""How many codes are drawn."""


def drawings(figures: Figures, speaker: Speaker) -> dict[str, dict[str, Markup]]:
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
    if len(dated) > 1 and any(one.refused_fees.amount for one in dated):
        fees = {"refused": [one.refused_fees.amount for one in dated]}
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

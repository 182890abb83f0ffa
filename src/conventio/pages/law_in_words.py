"""What a page asks of the law by name, said in every language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from conventio.claims.decide import Decided
from conventio.law import Law, known
from conventio.law.days import Days
from conventio.law.nomenclature import Code
from conventio.law.rules import AnyRule
from conventio.pages.languages import InAll, Speaker
from conventio.pages.own_law import is_replaced, own_words
from conventio.wording.catalogue import LANGUAGES


@dataclass(frozen=True)
class Label:
    """What a code is called, and the language that this is in."""

    text: InAll
    language: InAll
    only: InAll
    """In which language it is, in brackets, where that is not the reader's."""


def law_in_words(decided: Decided, speaker: Speaker) -> dict[str, Callable[..., Any]]:
    """What the page asks of the law by name."""
    law, words = decided.law, speaker

    @cache
    def asks(rule: str) -> list[InAll]:
        """What the entries of a rule ask, each once."""
        return _asked([one for one in law.entries if one.rule == rule], law, words)

    @cache
    def title(provision: str) -> InAll:
        return words.each(lambda manner: manner.title(law.provisions[provision]))

    @cache
    def source(key: str) -> InAll:
        return words.each(lambda manner: manner.source(law.sources[key]))

    @cache
    def reason(name: str) -> InAll:
        return words.each(lambda manner: manner.reason(name, law))

    @cache
    def labels(code: str) -> Label | None:
        return _label(decided, code, words)

    return {
        "asks": asks,
        "asked_by": lambda provision: _asked(law.rules_of(provision), law, words),
        "replaced": lambda provision: is_replaced(law.provisions[provision], law),
        "figure": lambda value: words.perhaps(lambda manner: manner.figure(value)),
        "prevailing": lambda values: known.prevailing(values, lambda value: value.entry),
        "title": title,
        "source": source,
        "reason": reason,
        "labels": labels,
        "left_open": lambda provision: words.perhaps(lambda manner: manner.left_open(provision)),
        "treated": lambda provision: words.perhaps(lambda manner: manner.treated(provision)),
        "days": lambda days: _days(days, words),
    }


def _asked(rules: Sequence[AnyRule], law: Law, speaker: Speaker) -> list[InAll]:
    def asks(rule: AnyRule) -> InAll | None:
        if rule.speaks_for_itself:
            return speaker.perhaps(lambda manner: own_words(rule, law, manner))
        return speaker.perhaps(lambda manner: manner.asks(rule, law))

    said = dict.fromkeys(asks(rule) for rule in rules)
    return [sentence for sentence in said if sentence is not None]


ONLY_IN = {"fr": "label_in.fr", "nl": "label_in.nl"}
"""What says in which language a label is, where it is not the reader's."""


def label_in(code: Code | None, language: str) -> tuple[str, str] | None:
    """The label of a code and its language; labels are in French and Dutch only."""
    given = {} if code is None else {"fr": code.label_fr, "nl": code.label_nl}
    found = next((one for one in (language, *given) if given.get(one)), None)
    return None if found is None else (str(given[found]), found)


def _label(decided: Decided, code: str, speaker: Speaker) -> Label | None:
    labels = [label_in(decided.nomenclature.get(code), language) for language in LANGUAGES]
    told = [one for one in labels if one is not None]
    if not told:
        return None
    languages = InAll(language for _, language in told)
    only = InAll(
        " " if language == reader else f" ({speaker.say(ONLY_IN[language])[place]})"
        for place, (reader, language) in enumerate(zip(LANGUAGES, languages, strict=True))
    )
    return Label(InAll(text for text, _ in told), languages, only)


def _days(days: Days, speaker: Speaker) -> InAll:
    if not days.stated:
        return speaker.say("unstated")

    def bound(day: Any) -> InAll:
        if day is None:
            return speaker.say("open_bound")
        return speaker.each(lambda manner: manner.day(day))

    return speaker.say("dates", first=bound(days.first), last=bound(days.last))

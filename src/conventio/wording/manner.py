"""How the facts in a sentence are written: as in the tables, or as people write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cached_property

from conventio.law import Law, shipped
from conventio.law.model import Provision, Source, Value
from conventio.law.rules import AnyRule
from conventio.wording import amounts
from conventio.wording.catalogue import Catalogue
from conventio.wording.figures import TOLD, content, figures

HOUR = "hour of day"
"""The unit of a figure that is a time of day."""


class Manner:
    """As in the tables: in English, each fact as the input and the law have it."""

    language = "en"

    @cached_property
    def sentences(self) -> Catalogue:
        """The sentences of findings."""
        return Catalogue.read(self.language, "findings")

    def day(self, day: date) -> str:
        """A day."""
        return str(day)

    def fact(self, name: str) -> str:
        """A fact, by the name of its column."""
        return name

    def fact_with(self, name: str, value: str) -> str:
        """A fact with its value."""
        return f"{name} {value}"

    def value(self, value: str) -> str:
        """A word that the input or the law uses as a value."""
        return value

    def subject(self, rule: AnyRule, law: Law) -> str:
        """What a rule is about."""
        return rule.subject or law.provisions[rule.provision].subject


class ForPeople(Manner):
    """In the reader's language; what only another law than the shipped one says stays as it is."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._facts, self._values, self._provisions, self._gaps, self._rules, self._subjects = (
            Catalogue.read(language, subject)
            for subject in ("facts", "values", "provisions", "gaps", "rules", "subjects")
        )
        self._reasons = Catalogue.read(language, "reasons")
        self._treatments = Catalogue.read(language, "treatments")
        self._sources = Catalogue.read(language, "sources")
        self._figures = Catalogue.read(language, "figures")
        self._units = Catalogue.read(language, "units")

    def day(self, day: date) -> str:
        """A day, its month as a word."""
        return amounts.day(day, self.language)

    def label(self, name: str) -> str:
        """A fact in words; the name of its column where there are none."""
        return self._facts.get(name) or name

    def fact(self, name: str) -> str:
        """A fact in words, with the name of the column to look at or to fill in."""
        label = self.label(name)
        return label if label == name else f"{label} ({name})"

    def lacking(self, name: str) -> str:
        """A table or column that the input lacks: its words, where there are some, and its name."""
        column = name.partition(".")[2].partition("=")[0]
        label = self._facts.get(name) or self._facts.get(column)
        return name if label is None else f"{label} ({name})"

    def fact_with(self, name: str, value: str) -> str:
        """A fact with its value, both in words."""
        return f"{self.fact(name)} = {self.value(value)}"

    def value(self, value: str) -> str:
        """A value in words; itself where there are none."""
        return self._values.get(value) or value

    def subject(self, rule: AnyRule, law: Law) -> str:
        """What a rule is about."""
        if rule.subject is None:
            return self.title(law.provisions[rule.provision])
        ours = any(rule.subject == one.subject for one in _namesakes(rule))
        return (self._subjects.get(rule.rule) if ours else None) or rule.subject

    def title(self, provision: Provision) -> str:
        """A short title of a provision."""
        ours = shipped().provisions.get(provision.id)
        same = ours is not None and ours.subject == provision.subject
        return (self._provisions.get(provision.id) if same else None) or provision.subject

    def source(self, source: Source) -> str:
        """The title of a source."""
        ours = shipped().sources.get(source.key)
        same = ours is not None and ours.title == source.title
        return (self._sources.get(source.key) if same else None) or source.title

    def figure(self, value: Value) -> str | None:
        """A figure of a provision with its name and unit; None where they have no words."""
        name, unit = self._figures.get(value.name), self._units.get(value.unit.replace(" ", "-"))
        if name is None:
            return None
        if isinstance(value.value, date):
            return f"{name} {self.day(value.value)}"
        if value.unit == HOUR:
            return f"{name} {amounts.hour(f'{value.value}:00', self.language)}"
        return None if unit is None else f"{name} {self._number(value.value)} {unit}"

    def _number(self, value: object) -> str:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return str(value)
        return amounts.exact(value, self.language)

    def left_open(self, provision: Provision) -> str | None:
        """What a provision leaves open, in one sentence; None where there is no such sentence."""
        return self._gaps.get(provision.id) if _has_our_gaps(provision) else None

    def treated(self, provision: Provision) -> str | None:
        """How that is treated; None where there is no such sentence."""
        return self._treatments.get(provision.id) if _has_our_gaps(provision) else None

    def asks(self, rule: AnyRule, law: Law) -> str | None:
        """What a rule asks, in a sentence or two, with the figures of its entry.

        None where the rule is not of the shipped law, or differs in more than those figures.
        """
        sentence = self._rules.get(rule.rule)
        if sentence is None:
            return None
        told = frozenset(TOLD.findall(sentence))
        spoken_of = (_settled(rule, law) if rule.kind == "unsettled" else None) or rule
        if not _as_shipped(rule, told) or not _as_shipped(spoken_of, told):
            return None
        given = figures(spoken_of, self)
        return self._rules.say(rule.rule, **given) if told <= set(given) else None

    def reason(self, name: str, law: Law) -> str:
        """What a reason means."""
        meaning, ours = law.reasons[name].meaning, shipped().reasons.get(name)
        same = ours is not None and ours.meaning == meaning
        return (self._reasons.get(name) if same else None) or meaning


def _has_our_gaps(provision: Provision) -> bool:
    ours = shipped().provisions.get(provision.id)
    return ours is not None and ours.gaps == provision.gaps


def _namesakes(rule: AnyRule) -> list[AnyRule]:
    return [one for one in shipped().rules if one.rule == rule.rule]


def _as_shipped(rule: AnyRule, told: frozenset[str]) -> bool:
    """Whether a shipped entry of the rule says the same, but for figures that are told."""
    said = content(rule, told)
    return any(said == content(one, told) for one in _namesakes(rule))


def _settled(rule: AnyRule, law: Law) -> AnyRule | None:
    """The last entry of a rule before it was unsettled, which its sentence is about."""
    entries = [
        one
        for one in law.entries
        if (one.rule, one.source) == (rule.rule, rule.source) and one.kind != "unsettled"
    ]
    return max(entries, key=lambda one: one.days.start, default=None)

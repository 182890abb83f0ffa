"""The law as one value: its sources, provisions, rules and nomenclature, as known by a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from conventio.law import known
from conventio.law.days import Days
from conventio.law.model import (
    CodeSet,
    Coverage,
    Gap,
    Profession,
    Provision,
    Reason,
    Source,
    Title,
)
from conventio.law.nomenclature import Nomenclature
from conventio.law.rules import Accompanying, AnyRule, AwaitsInput


@dataclass(frozen=True, eq=False)
class Law:
    """Everything that was read from one folder of law, checked; each reading is a law by itself."""

    sources: Mapping[str, Source]
    provisions: Mapping[str, Provision]
    code_sets: Mapping[str, CodeSet]
    nomenclature: Nomenclature
    rules: Sequence[AnyRule]
    reasons: Mapping[str, Reason]
    accompanying: Sequence[Accompanying]
    professions: Sequence[Profession]
    titles: Sequence[Title]
    coverage: Sequence[Coverage]
    holes: Sequence[str]
    """Neighbouring entries of one rule or value with days between them that nobody answers for."""
    version: str
    as_known_by: date | None = None

    def known(self, day: date | None) -> Law:
        """The law as it was published by a day; everything by default."""
        if day is None:
            return self
        provisions = {
            provision.id: provision.model_copy(
                update={"values": tuple(known.by(provision.values, day))}
            )
            for provision in known.by(self.provisions.values(), day)
        }
        return replace(
            self,
            sources={source.key: source for source in known.by(self.sources.values(), day)},
            provisions=provisions,
            rules=known.by(self.rules, day),
            coverage=known.by(self.coverage, day),
            version=f"{self.version}@{day}",
            as_known_by=day,
        )

    @cached_property
    def entries(self) -> list[AnyRule]:
        """The rules' entries, each with the days that later ones leave to it."""
        return known.prevailing(self.rules, lambda rule: rule.entry)

    def covered(self, article: str | None) -> Days | None:
        """The days on which rules for the services of an article are held; None where never."""
        days = [one.days for one in self.coverage if article in one.articles]
        if not days:
            return None
        first = None if any(one.first is None for one in days) else min(one.start for one in days)
        last = None if any(one.last is None for one in days) else max(one.end for one in days)
        return Days(first, last)

    def rules_of(self, provision: str) -> list[AnyRule]:
        """The entries that rest on a provision, wholly or by a part of theirs."""
        return [rule for rule in self.entries if provision in _cited(rule)]

    def awaited(self, rule: AnyRule) -> tuple[str, ...]:
        """What must be given before a rule can be run: its settings, or the codes of a set."""
        if isinstance(rule, AwaitsInput):
            return rule.input
        named = [self.code_sets[name] for name in rule.services.sets or ()]
        if named and all(one.input for one in named):
            return tuple(f"codes of {one.set}" for one in named)
        return ()

    @property
    def gaps(self) -> list[tuple[Provision, Gap]]:
        """Every gap with its provision."""
        return [
            (provision, gap) for provision in self.provisions.values() for gap in provision.gaps
        ]


def _cited(rule: AnyRule) -> set[str | None]:
    """The provisions that a rule, its permits and its hours name."""
    parts = [*getattr(rule, "permits", ()), *getattr(rule, "hours", ())]
    named = {getattr(part, name, None) for part in parts for name in ("provision", "refused_by")}
    return {rule.provision, *named}

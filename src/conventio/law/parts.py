"""What was read of a folder of law, before it is known to be right."""

from __future__ import annotations

from dataclasses import dataclass, field

from conventio.law.documents import Entry, Fault
from conventio.law.model import (
    CodeSet,
    Coverage,
    GivenValue,
    KindOfCode,
    Profession,
    Provision,
    Reason,
    Source,
    Statement,
    Title,
    Value,
)
from conventio.law.rules import Accompanying, AnyRule


@dataclass
class Parts:
    """What was read, each part with the entry it came from."""

    sources: list[tuple[Source, Entry]] = field(default_factory=list)
    provisions: list[tuple[Provision, Entry]] = field(default_factory=list)
    values: list[tuple[GivenValue, Entry]] = field(default_factory=list)
    code_sets: list[tuple[CodeSet, Entry]] = field(default_factory=list)
    statements: list[tuple[Statement, Entry]] = field(default_factory=list)
    rules: list[tuple[AnyRule, Entry]] = field(default_factory=list)
    reasons: list[tuple[Reason, Entry]] = field(default_factory=list)
    professions: list[tuple[Profession, Entry]] = field(default_factory=list)
    titles: list[tuple[Title, Entry]] = field(default_factory=list)
    kinds: list[tuple[KindOfCode, Entry]] = field(default_factory=list)
    coverage: list[tuple[Coverage, Entry]] = field(default_factory=list)
    accompanying: list[tuple[Accompanying, Entry]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def headings(self) -> dict[str, frozenset[str]]:
        """The sections under which each finer kind of code stands."""
        found: dict[str, set[str]] = {}
        for one, _ in self.kinds:
            found.setdefault(one.kind, set()).add(one.section)
        return {kind: frozenset(sections) for kind, sections in found.items()}

    def provisions_with_values(self) -> dict[str, Provision]:
        """The provisions by id, each with the figures that were given for it elsewhere."""
        given: dict[str, list[Value]] = {}
        for value, _ in self.values:
            given.setdefault(value.provision, []).append(value)
        return {
            one.id: one.model_copy(update={"values": (*one.values, *given.get(one.id, ()))})
            for one, _ in self.provisions
        }

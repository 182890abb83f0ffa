"""What was read of a folder of law, before it is known to be right."""

from __future__ import annotations

from dataclasses import dataclass, field

from conventio.law.documents import Entry, Fault
from conventio.law.model import CodeSet, Profession, Provision, Reason, Source, Statement
from conventio.law.rules import Accompanying, AnyRule


@dataclass
class Parts:
    """What was read, each part with the entry it came from."""

    sources: list[tuple[Source, Entry]] = field(default_factory=list)
    provisions: list[tuple[Provision, Entry]] = field(default_factory=list)
    code_sets: list[tuple[CodeSet, Entry]] = field(default_factory=list)
    statements: list[tuple[Statement, Entry]] = field(default_factory=list)
    rules: list[tuple[AnyRule, Entry]] = field(default_factory=list)
    reasons: list[tuple[Reason, Entry]] = field(default_factory=list)
    professions: list[tuple[Profession, Entry]] = field(default_factory=list)
    accompanying: list[tuple[Accompanying, Entry]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

"""What the law holds application rules for: articles, codes, and what of these is unknown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from conventio.claims.entries import entries
from conventio.claims.law_tables import concerned, in_doubt
from conventio.law import Law
from conventio.law.model import Coverage
from conventio.law.nomenclature import Code

ASKED_FOR = ("article", "section", "kind", "tooth")
"""The properties by which rules choose codes."""


@dataclass(frozen=True)
class CodeCoverage:
    """A code, the rules that ask something of it, those that can't tell, and what is unknown."""

    code: Code
    covered: bool
    rules: tuple[str, ...]
    doubtful: tuple[str, ...]
    unknown: tuple[str, ...]


def articles(law: Law) -> dict[str, list[Coverage]]:
    """The articles that are covered, each with the entries that say so."""
    found: dict[str, list[Coverage]] = defaultdict(list)
    for one in law.coverage:
        for article in one.articles:
            found[article].append(one)
    return dict(sorted(found.items()))


def codes(law: Law) -> list[CodeCoverage]:
    """Every known code, with the rules of all days; one that awaits what is input asks nothing."""
    run = [entry for entry in entries(law) if not law.awaited(entry.rule)]
    names = {entry.number: entry.rule.rule for entry in run}
    asking: dict[str, set[str]] = defaultdict(set)
    doubting: dict[str, set[str]] = defaultdict(set)
    for row in concerned(run, law.nomenclature):
        asking[row["code"]].add(names[row["entry"]])
    for row in in_doubt(run, law.nomenclature):
        doubting[row["code"]].add(names[row["entry"]])
    return [
        CodeCoverage(
            code,
            law.covered(code.article) is not None,
            tuple(sorted(asking[code.code])),
            tuple(sorted(doubting[code.code])),
            tuple(name for name in ASKED_FOR if getattr(code, name) is None),
        )
        for code in law.nomenclature.values()
    ]

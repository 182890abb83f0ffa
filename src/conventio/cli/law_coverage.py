"""`conventio law --coverage`: what rules are held for, as data and as it is printed."""

from __future__ import annotations

from collections import Counter
from typing import Any

from conventio.claims.coverage import ASKED_FOR, CodeCoverage, articles, codes
from conventio.cli import screen
from conventio.law import Law
from conventio.law.days import UNSTATED
from conventio.wording.catalogue import Catalogue

Facts = dict[str, Any]


def facts(law: Law) -> Facts:
    """The articles, how many codes have rules, and every code."""
    listed = codes(law)
    return {
        "articles": [
            {
                "article": article,
                "provision": one.provision,
                "from": one.first.isoformat() if one.first else UNSTATED,
                "to": one.last.isoformat() if one.last else UNSTATED,
                "codes": sum(code.code.article == article for code in listed),
            }
            for article, ones in articles(law).items()
            for one in ones
        ],
        "known_codes": len(listed),
        "covered_codes": sum(one.covered for one in listed),
        "codes_with_rules": sum(bool(one.rules) for one in listed),
        "codes_without_rules": sum(not one.rules for one in listed),
        "codes_in_doubt": sum(bool(one.doubtful) for one in listed),
        "codes": [_code(one) for one in listed],
        "law": law.version,
    }


def _code(one: CodeCoverage) -> Facts:
    return {
        "code": one.code.code,
        "article": one.code.article,
        "covered": one.covered,
        "rules": list(one.rules),
        "could_not_tell": list(one.doubtful),
        "unknown": list(one.unknown),
    }


def show(found: Facts, language: str, *, every_code: bool) -> None:
    """Print it, with every code or with their numbers only."""
    words, labels = Catalogue.read(language, "coverage"), Catalogue.read(language, "facts")
    console = screen.results()
    console.print(words.say("articles"), style="bold")
    table = screen.table(*map(words.say, ("article", "provision", "from", "to", "codes")))
    for one in found["articles"]:
        bounds = (
            words.say("unstated") if one[at] == UNSTATED else one[at] for at in ("from", "to")
        )
        table.add_row(one["article"], one["provision"], *bounds, str(one["codes"]))
    console.print(table)
    for name in ("known_codes", "covered_codes", "codes_with_rules", "codes_without_rules"):
        console.print(words.say(name.replace("_", "-"), codes=found[name]))
    console.print(words.say("codes-in-doubt", codes=found["codes_in_doubt"]))
    console.print()
    console.print(words.say("unknown"), style="bold")
    unknown = Counter(name for one in found["codes"] for name in one["unknown"])
    for name in ASKED_FOR:
        console.print(words.say("unknown-one", property=labels.say(name), codes=unknown[name]))
    console.print()
    if every_code:
        _every_code(found["codes"], words, labels)
    else:
        console.print(words.say("every-code"))


def _every_code(listed: list[Facts], words: Catalogue, labels: Catalogue) -> None:
    headings = ("code", "article", "rules", "in-doubt", "not-known")
    table = screen.table(*map(words.say, headings))
    for one in listed:
        table.add_row(
            one["code"],
            one["article"] or "",
            ", ".join(one["rules"]),
            ", ".join(one["could_not_tell"]),
            ", ".join(labels.say(name) for name in one["unknown"]),
        )
    screen.results().print(table)

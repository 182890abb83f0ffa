"""The law as it is printed for people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from rich.console import Console
from rich.padding import Padding

from conventio.cli import screen
from conventio.cli.law_facts import Facts
from conventio.law import Law
from conventio.law.model import Provision
from conventio.wording.catalogue import Catalogue
from conventio.wording.manner import ForPeople

STYLES = {"yes": "green", "gap": "yellow", "not yet": "dim"}


class Said:
    """What is said of the law, in the reader's language where there are words for it."""

    def __init__(self, law: Law, language: str) -> None:
        self.law = law
        self.manner = ForPeople(language)
        self.say = Catalogue.read(language, "law").say

    def provision(self, one: Facts) -> Provision:
        """The provision that facts are about."""
        return self.law.provisions[one.get("provision") or one["id"]]

    def subject(self, one: Facts) -> str:
        """What a provision is about."""
        return self.manner.title(self.provision(one))

    def asks(self, rule: Facts) -> str | None:
        """What a rule asks, where that is said of it."""
        names = ("rule", "kind", "source")
        entry = next(
            one
            for one in self.law.entries
            if all(getattr(one, name) == rule[name] for name in names)
        )
        return None if entry.speaks_for_itself else self.manner.asks(entry, self.law)

    def gaps(self, found: Sequence[Facts], one: Facts) -> list[Facts]:
        """What is left open, summed up in other languages than the law's own data."""
        provision = self.provision(one)
        left_open, treated = self.manner.left_open(provision), self.manner.treated(provision)
        if self.manner.language == "en" or left_open is None or treated is None:
            return list(found)
        return [{"open": left_open, "treatment": treated, "other": None}]


def provisions(said: Said, listed: Sequence[Facts]) -> None:
    """The provisions in one table a source, and how many of them are executable."""
    console, law, say = screen.results(), said.law, said.say
    for key, ones in groupby(listed, key=lambda one: str(one["source"])):
        source = law.sources[key]
        console.print(f"{key}: {said.manner.source(source)}", style="bold")
        known = source.known or "unstated"
        console.print(say("source-days", days=source.days, known=known, document=source.document))
        names = ("id", "point", "kind", "subject", "in-force", "executable", "gap-count")
        table = screen.table(*map(say, names), right=(say("gap-count"),))
        table.columns[0].no_wrap = True
        for one in ones:
            table.add_row(
                one["id"],
                one["point"],
                one["kind"],
                said.subject(one),
                _days(one),
                _executable(one),
                str(one["gaps"] or ""),
            )
        console.print(table)
        console.print()
    counted = {state: sum(one["executable"] == state for one in listed) for state in STYLES}
    states = ", ".join(f"{state}: {number}" for state, number in counted.items() if number)
    console.print(say("counted", number=len(listed), states=states, law=law.version))


def provision(said: Said, one: Facts) -> None:
    """Everything of a provision."""
    console, say = screen.results(), said.say
    console.print(f"{one['id']}  {said.subject(one)}", style="bold")
    title = said.manner.source(said.law.sources[one["source"]])
    lines = {
        say("source"): say("of-source", title=title, point=one["point"]),
        say("kind"): one["kind"],
        say("in-force"): _days(one),
        say("known-since"): one["known"],
        say("executable"): _executable(one),
    }
    width = max(map(len, lines))
    for name, value in lines.items():
        console.print(f"{name:<{width}} {value}")
    replaced = ", ".join(one["replaced_by"])
    heading = say("before", replaced=replaced) if replaced else say("says")
    _paragraph(console, heading, one["says"])
    if one["carried_out_by"]:
        _paragraph(console, say("carried-out"), one["carried_out_by"])
    _figures(console, said, one)
    for rule in one["rules"]:
        _rule(console, said, rule)
    if one["code_sets"]:
        console.print(f"\n{say('codes')}", style="bold")
        for codes in one["code_sets"]:
            listed = ", ".join(codes["codes"]) or say("no-codes")
            _indented(console, f"{codes['set']} ({codes['point']}): {listed}")
    if one["gaps"]:
        console.print(f"\n{say('open')}", style="bold")
        _gap_lines(console, said, said.gaps(one["gaps"], one))
    _openings(console, one["openings"])


def _figures(console: Console, said: Said, one: Facts) -> None:
    """The figures of a provision, with their sources where others give some."""
    if not one["values"]:
        return
    heading = said.say("figures")
    console.print(f"\n{heading}", style="bold")
    headings = tuple(map(said.say, ("figure", "value", "unit", "in-force", "source")))
    given = any(value["source"] != one["source"] for value in one["values"])
    table = screen.table(*headings[: None if given else -1], right=(said.say("value"),))
    for value in one["values"]:
        cells = (value["name"], str(value["value"]), value["unit"], _days(value))
        table.add_row(*cells, *([value["source"]] if given else []))
    console.print(Padding(table, (0, 0, 0, 2), expand=False))


def gaps(said: Said, found: Sequence[Facts]) -> None:
    """What is left open, by provision."""
    console = screen.results()
    for _, ones in groupby(found, key=lambda gap: str(gap["provision"])):
        listed = list(ones)
        console.print(f"{listed[0]['provision']}  {said.subject(listed[0])}", style="bold")
        _gap_lines(console, said, said.gaps(listed, listed[0]))
        console.print()
    console.print(said.say("gaps", number=len(found)))


def reasons(found: Sequence[Facts]) -> None:
    """The catalogue of reasons."""
    table = screen.table("system", "code", "meaning")
    for reason in found:
        table.add_row(reason["system"], reason["code"], reason["meaning"])
    screen.results().print(table)


def code(one: Facts) -> None:
    """What is known of a code, and the rules that concern it."""
    console = screen.results()
    pair = f", pair code {one['pair_code']}" if one["pair_code"] else ""
    console.print(f"{one['code']}{pair}", style="bold")
    table = screen.table("property", "value", "basis")
    for known in one["properties"]:
        table.add_row(known["property"], str(known["value"]), known["basis"] or "")
    console.print(table)
    if one["unknown"]:
        console.print(f"not known: {', '.join(one['unknown'])}")
    if one["code_sets"]:
        sets = ", ".join(f"{codes['set']} ({codes['provision']})" for codes in one["code_sets"])
        console.print(f"code sets: {sets}")
    console.print("\nRules that concern it", style="bold")
    rules = screen.table("rule", "provision", "as", "in force")
    for rule in one["rules"]:
        rules.add_row(rule["rule"], rule["provision"], rule["role"], _days(rule))
    console.print(rules)


def _rule(console: Console, said: Said, rule: Facts) -> None:
    console.print(f"\n{said.say('rule', rule=rule['rule'])}", style="bold")
    if (asks := said.asks(rule)) is not None:
        _indented(console, said.say("asks", says=asks))
    lines = {
        "kind": rule["kind"],
        "source": rule["source"],
        "in force": _days(rule),
        "services": rule["services"],
        **rule["parameters"],
        "reason": f"{rule['reason']}; where a fact is missing {rule['reason_unchecked']}",
    }
    for name, value in lines.items():
        if isinstance(value, list) and any(isinstance(one, dict) for one in value):
            _indented(console, f"{name}:")
            for one in value:
                _indented(console, f"- {_plain(one)}", 4)
        else:
            _indented(console, f"{name}: {_plain(value)}")


def _plain(value: Any) -> str:
    """Data in one line that reads without brackets where it can."""
    if isinstance(value, dict) and "known_codes" in value:
        named = "; ".join(
            f"{name.replace('_', ' ')} {_plain(inner)}"
            for name, inner in value.items()
            if name != "known_codes"
        )
        return f"{named or 'all'} (known codes: {value['known_codes']})"
    if isinstance(value, dict):
        return "; ".join(f"{name} {_plain(inner)}" for name, inner in value.items())
    if isinstance(value, list):
        return ", ".join(_plain(one) for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _gap_lines(console: Console, said: Said, found: Sequence[Facts]) -> None:
    for gap in found:
        _indented(console, f"- {gap['open']}")
        _indented(console, said.say("treated", says=gap["treatment"]), 4)
        if gap["other"]:
            _indented(console, said.say("other", says=gap["other"]), 4)


def _openings(console: Console, found: Sequence[Facts]) -> None:
    if not found:
        return
    console.print("\nWhat you can give", style="bold")
    _indented(
        console,
        'In a folder of law that you add with --with-law DIR (the guide "Conditions and data of '
        'your own" shows one). Fill in what stands as "...", and in its source.yaml the days.',
    )
    for opening in found:
        _indented(console, f"{opening['wants']}: in {opening['file']}")
        _indented(console, opening["entry"], 4)


def _paragraph(console: Console, heading: str, text: str) -> None:
    console.print(f"\n{heading}", style="bold")
    _indented(console, text)


def _indented(console: Console, text: str, columns: int = 2) -> None:
    console.print(Padding(text.strip(), (0, 0, 0, columns), expand=False))


def _days(one: Facts) -> str:
    if one["from"] == one["to"] == "unstated":
        return "unstated"
    return f"{one['from']} to {one['to']}"


def _executable(one: Facts) -> str:
    rules = [rule if isinstance(rule, str) else rule["rule"] for rule in one["rules"]]
    state: str = one["executable"]
    if one["mechanism"]:
        rules = ["conventio compute", *rules]
    if state == "yes" and not rules:
        formula = f"conventio compute {one['id']}"
        return f"yes: {formula if one['mechanism'] else 'by the program as a whole'}"
    if state == "gap":
        return f"gap: not printed: {'; '.join(one['awaits'])} ({', '.join(dict.fromkeys(rules))})"
    return f"{state}: {', '.join(dict.fromkeys(rules))}" if rules else state

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

STYLES = {"yes": "green", "gap": "yellow", "not yet": "dim"}


def provisions(law: Law, listed: Sequence[Facts]) -> None:
    """The provisions in one table a source, and how many of them are executable."""
    console = screen.results()
    for key, ones in groupby(listed, key=lambda one: str(one["source"])):
        source = law.sources[key]
        console.print(f"{key}: {source.title}", style="bold")
        console.print(
            f"in force {source.days}, known since {source.known or 'unstated'}. {source.document}"
        )
        table = screen.table(
            "id", "point", "kind", "subject", "in force", "executable", "gaps", right=("gaps",)
        )
        table.columns[0].no_wrap = True
        for one in ones:
            table.add_row(
                one["id"],
                one["point"],
                one["kind"],
                one["subject"],
                _days(one),
                _executable(one),
                str(one["gaps"] or ""),
            )
        console.print(table)
        console.print()
    counted = {state: sum(one["executable"] == state for one in listed) for state in STYLES}
    states = ", ".join(f"{state}: {number}" for state, number in counted.items() if number)
    console.print(f"Provisions: {len(listed)}; executable: {states}. Law {law.version}")


def provision(one: Facts) -> None:
    """Everything of a provision."""
    console = screen.results()
    console.print(f"{one['id']}  {one['subject']}", style="bold")
    console.print(f"source      {one['title']}, point {one['point']}")
    console.print(f"kind        {one['kind']}")
    console.print(f"in force    {_days(one)}")
    console.print(f"known since {one['known']}")
    console.print(f"executable  {_executable(one)}")
    replaced = ", ".join(one["replaced_by"])
    if replaced:
        _paragraph(console, f"Its words before {replaced}, which stand below", one["says"])
    else:
        _paragraph(console, "It says", one["says"])
    if one["carried_out_by"]:
        _paragraph(console, "How it is carried out", one["carried_out_by"])
    if one["values"]:
        console.print("\nFigures", style="bold")
        headings = ("figure", "value", "unit", "in force", "source")
        given = any(value["source"] != one["source"] for value in one["values"])
        table = screen.table(*headings[: None if given else -1], right=("value",))
        for value in one["values"]:
            cells = (value["name"], str(value["value"]), value["unit"], _days(value))
            table.add_row(*cells, *([value["source"]] if given else []))
        console.print(Padding(table, (0, 0, 0, 2), expand=False))
    for rule in one["rules"]:
        _rule(console, rule)
    if one["code_sets"]:
        console.print("\nCodes that the source prints", style="bold")
        for codes in one["code_sets"]:
            listed = ", ".join(codes["codes"]) or "none: they are input"
            _indented(console, f"{codes['set']} ({codes['point']}): {listed}")
    _gaps(console, one["gaps"])
    _openings(console, one["openings"])


def gaps(found: Sequence[Facts]) -> None:
    """What is left open, by provision."""
    console = screen.results()
    for _, ones in groupby(found, key=lambda gap: str(gap["provision"])):
        listed = list(ones)
        console.print(f"{listed[0]['provision']}  {listed[0]['subject']}", style="bold")
        _gap_lines(console, listed)
        console.print()
    console.print(f"Gaps: {len(found)}")


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


def _rule(console: Console, rule: Facts) -> None:
    console.print(f"\nRule {rule['rule']}", style="bold")
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


def _gaps(console: Console, found: Sequence[Facts]) -> None:
    if found:
        console.print("\nWhat the source leaves open", style="bold")
        _gap_lines(console, found)


def _gap_lines(console: Console, found: Sequence[Facts]) -> None:
    for gap in found:
        _indented(console, f"- {gap['open']}")
        _indented(console, f"Treated: {gap['treatment']}", 4)
        if gap["other"]:
            _indented(console, f"The other reading: {gap['other']}", 4)


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

"""What a check says when it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from conventio.cli import screen
from conventio.cli.speech import say
from conventio.wording.catalogue import Catalogue

if TYPE_CHECKING:
    from conventio.cli.check import Checked

OUTCOME_STYLES = {"accepted": "green", "refused": "red", "unchecked": "yellow"}
SEVERITY_STYLES = {"refuse": "red", "unchecked": "yellow", "warn": "cyan"}


def print_summary(done: Checked) -> None:
    """The figures of a check, and where its answers are, on stdout."""
    console, words = screen.results(), Catalogue.read(done.language, "report")
    _outcomes(console, done, words)
    _findings(console, done, words)
    _not_run(console, done, words)
    account = done.account
    _not_used(console, account["tables_not_used"])
    for table, rows in account["set_aside"].items():
        console.print(say("set-aside", rows=rows, table=table, file=f"set_aside_{table}.csv"))
    law = "law-known" if account["known"] else "law"
    console.print(say(law, **{name: account[name] for name in ("law", "known", "version")}))
    console.print(say("answers", place=done.out), soft_wrap=True)
    console.print(say("report", place=done.out / "report.html"), soft_wrap=True)
    _workbook(console, done)


def _not_used(console: Console, tables: Sequence[Mapping[str, Any]]) -> None:
    """The tables that were given and that nothing read."""
    if tables:
        named = [say("table-with-rows", **one) for one in tables]
        console.print(say("not-used", tables=", ".join(named)), soft_wrap=True)


def _workbook(console: Console, done: Checked) -> None:
    if done.workbook is None:
        return
    console.print(say("workbook", place=done.out / "answers.xlsx"), soft_wrap=True)
    for table, sheets in done.workbook.sheets.items():
        if sheets > 1:
            further = say("several-sheets", table=table, sheets=sheets)
            console.print(f"         {further}")
    for table, texts in done.workbook.cut.items():
        cut = say("texts-cut", table=table, texts=texts)
        console.print(f"         {cut}")


def print_warnings(done: Checked) -> None:
    """The doubts about the input, on stderr."""
    console, words = screen.messages(), Catalogue.read(done.language)
    for problem in done.warnings:
        console.print(problem.message(words), soft_wrap=True)
    rest = done.account["warnings"] - len(done.warnings)
    if rest > 0:
        console.print(say("more-warnings", rest=rest))


def amount(value: Decimal | None) -> str:
    """An amount in EUR as it is shown; nothing where none is known."""
    return "" if value is None else f"{value:,.2f}".replace(",", " ")


def _outcomes(console: Console, done: Checked, words: Catalogue) -> None:
    _headline(console, done, words)
    numbers = [words.say(f"totals.{name}") for name in ("services", *_SUMS)]
    first = words.say("totals.outcome")
    shown = screen.table(first, *numbers, title=say("totals"), right=tuple(numbers))
    for row in done.figures.outcomes:
        shown.add_row(
            words.say(f"outcome.{row.outcome}"),
            _number(row.services),
            *(amount(row.amounts[name].amount) if name in row.amounts else "" for name in _SUMS),
            style=OUTCOME_STYLES[row.outcome],
        )
    shown.add_row(words.say("outcome.all"), _number(done.figures.services), style="bold")
    console.print(shown)
    for row in done.figures.outcomes:
        missing = [
            f"{words.say(f'totals.{name}')} ({_number(one.unknown)})"
            for name, one in row.amounts.items()
            if one.unknown
        ]
        if missing:
            outcome = words.say(f"outcome.{row.outcome}")
            said = words.say("totals.missing", outcome=outcome, amounts=", ".join(missing))
            console.print(said, soft_wrap=True)
    console.print()


_SUMS = ("fee_agreed", "reimbursement", "patient_share", "reimbursement_not_paid", "above_fee")

_HEADLINE = {
    "accepted": "reimbursement",
    "unchecked": "reimbursement",
    "refused": "reimbursement_not_paid",
}
"""The amount of each outcome that is asked for first."""


def _headline(console: Console, done: Checked, words: Catalogue) -> None:
    """What is reimbursed, what may be, and what is not because it was refused."""
    shown = Table(box=None, show_header=False, pad_edge=False)
    for row in done.figures.outcomes:
        name = _HEADLINE[row.outcome]
        one = row.amounts[name]
        unknown = words.say("totals.not_known", services=_number(one.unknown))
        shown.add_row(
            words.say(f"totals.{name}.{row.outcome}"),
            Text(f"EUR {amount(one.amount)}" if one.amount is not None else "EUR ?", "bold"),
            unknown if one.unknown else "",
            style=OUTCOME_STYLES[row.outcome],
        )
    console.print(shown)
    console.print()


def _number(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def _findings(console: Console, done: Checked, words: Catalogue) -> None:
    if not done.figures.rules:
        console.print(f"{words.say('findings.nothing')}\n")
        return
    services = words.say("findings.services")
    shown = screen.table(
        words.say("findings.says"),
        services,
        words.say("not_run.rule"),
        words.say("findings.provision"),
        say("reason"),
        title=say("findings"),
        right=(services,),
    )
    for row in done.figures.rules:
        shown.add_row(
            words.say(f"severity.{row.severity}"),
            str(row.services),
            row.rule,
            row.provision,
            row.reason,
            style=SEVERITY_STYLES[row.severity],
        )
    console.print(shown)
    console.print()


def _not_run(console: Console, done: Checked, words: Catalogue) -> None:
    """The rules that would have concerned a service, and what to add so that they are run."""
    not_run = [one for one in done.account["rules_not_run"] if one["services"] != 0]
    if not not_run:
        return
    columns = [words.say(f"not_run.{name}") for name in ("rule", "provision", "missing")]
    services = words.say("not_run.services")
    shown = screen.table(*columns, services, title=say("not-run"), right=(services,))
    for one in not_run:
        known = one["services"] is not None
        concerned = str(one["services"]) if known else say("concerned-unknown")
        shown.add_row(one["rule"], one["provision"], one["missing"], concerned)
    console.print(shown)
    for sentence in _what_to_add(not_run, done.language):
        console.print(sentence, soft_wrap=True)
    console.print()


def _what_to_add(not_run: Sequence[Mapping[str, Any]], language: str) -> Iterator[str]:
    """With which tables and columns how many of the rules can be asked; with which law the rest."""
    from babel.lists import format_list

    lacking = {(one["rule"], one["provision"]): one["missing"].split(", ") for one in not_run}
    of_law = [rule for rule, missing in lacking.items() if _of_law(missing)]
    of_input = {rule: missing for rule, missing in lacking.items() if rule not in of_law}
    if of_input:
        named = sorted({f"`{one}`" for missing in of_input.values() for one in missing})
        yield say("more-rules", missing=format_list(named, locale=language), rules=len(of_input))
    if of_law:
        yield say("more-law", rules=len(of_law), provision=of_law[0][1])


def _of_law(missing: Sequence[str]) -> bool:
    return any(one.startswith("law: ") for one in missing)

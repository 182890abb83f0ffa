"""What a check says when it is done."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console

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
    for table, rows in account["set_aside"].items():
        console.print(say("set-aside", rows=rows, table=table, file=f"set_aside_{table}.csv"))
    law = "law-known" if account["known"] else "law"
    console.print(say(law, **{name: account[name] for name in ("law", "known", "version")}))
    console.print(say("answers", place=done.out), soft_wrap=True)
    console.print(say("report", place=done.out / "report.html"), soft_wrap=True)
    _workbook(console, done)


def _workbook(console: Console, done: Checked) -> None:
    if done.sheets is None:
        return
    console.print(say("workbook", place=done.out / "answers.xlsx"), soft_wrap=True)
    for table, sheets in done.sheets.items():
        if sheets > 1:
            further = say("several-sheets", table=table, sheets=sheets)
            console.print(f"         {further}")


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
    numbers = [words.say(f"totals.{name}") for name in ("services", *_SUMS)]
    first = words.say("totals.outcome")
    shown = screen.table(first, *numbers, title=say("totals"), right=tuple(numbers))
    total = done.figures.total
    for row in (*done.figures.outcomes, total):
        shown.add_row(
            words.say(f"outcome.{row.outcome or 'all'}"),
            f"{row.services:,}".replace(",", " "),
            *(amount(getattr(row, name)) for name in _SUMS),
            style=OUTCOME_STYLES.get(row.outcome, "bold"),
        )
    console.print(shown)
    if total.without_fee:
        console.print(words.say("totals.without_fee", services=total.without_fee))
    if total.without_reimbursement:
        unknown = total.without_reimbursement
        console.print(words.say("totals.without_reimbursement", services=unknown))
    console.print()


_SUMS = ("fee_agreed", "reimbursement", "patient_share", "above_fee")


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
    not_run = done.account["rules_not_run"]
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
    console.print()

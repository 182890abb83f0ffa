"""What a check says when it is done."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from rich.console import Console

from conventio.cli import screen
from conventio.wording.catalogue import Catalogue

if TYPE_CHECKING:
    from conventio.cli.check import Checked

OUTCOME_STYLES = {"accepted": "green", "refused": "red", "unchecked": "yellow"}
SEVERITY_STYLES = {"refuse": "red", "unchecked": "yellow", "warn": "cyan"}


def print_summary(done: Checked) -> None:
    """The figures of a check, and where its answers are, on stdout."""
    console = screen.results()
    _outcomes(console, done)
    _findings(console, done)
    _not_run(console, done)
    account = done.account
    for table, rows in account["set_aside"].items():
        console.print(f"Set aside: {rows} rows of {table}, in set_aside_{table}.csv")
    known = f", as known by {account['known']}" if account["known"] else ""
    console.print(f"Law {account['law']}{known}; conventio {account['version']}")
    console.print(f"Answers: {done.out}", soft_wrap=True)
    console.print(f"Report:  {done.out / 'report.html'}", soft_wrap=True)
    _workbook(console, done)


def _workbook(console: Console, done: Checked) -> None:
    if done.sheets is None:
        return
    console.print(f"Excel:   {done.out / 'answers.xlsx'}", soft_wrap=True)
    for table, sheets in done.sheets.items():
        if sheets > 1:
            console.print(f"         {table} goes on over {sheets} sheets, as one is too small.")


def print_warnings(done: Checked) -> None:
    """The doubts about the input, on stderr."""
    console, words = screen.messages(), Catalogue.read(done.language)
    for problem in done.warnings:
        console.print(problem.message(words), soft_wrap=True)
    rest = done.account["warnings"] - len(done.warnings)
    if rest > 0:
        console.print(f"... and {rest} more warnings: --problems FILE writes all of them.")


def amount(value: Decimal | None) -> str:
    """An amount in EUR as it is shown; nothing where none is known."""
    return "" if value is None else f"{value:,.2f}".replace(",", " ")


def _outcomes(console: Console, done: Checked) -> None:
    numbers = ("services", "agreed fees", "reimbursed", "patients' share", "overcharged")
    shown = screen.table("outcome", *numbers, title="Services and amounts in EUR", right=numbers)
    total = done.figures.total
    for row in (*done.figures.outcomes, total):
        shown.add_row(
            row.outcome or "all",
            f"{row.services:,}".replace(",", " "),
            *(amount(getattr(row, name)) for name in _SUMS),
            style=OUTCOME_STYLES.get(row.outcome, "bold"),
        )
    console.print(shown)
    if total.without_fee:
        console.print(
            f"No fee is known for {total.without_fee} of the services: they are in no amount."
        )
    if total.without_reimbursement:
        console.print(
            f"For {total.without_reimbursement} more the fee is known but not the reimbursement."
        )
    console.print()


_SUMS = ("fee_agreed", "reimbursement", "patient_share", "overcharge")


def _findings(console: Console, done: Checked) -> None:
    if not done.figures.rules:
        console.print("No rule has anything to say of these services.\n")
        return
    shown = screen.table(
        "says", "services", "rule", "provision", "reason", title="Findings", right=("services",)
    )
    for row in done.figures.rules:
        shown.add_row(
            row.severity,
            str(row.services),
            row.rule,
            row.provision,
            row.reason,
            style=SEVERITY_STYLES[row.severity],
        )
    console.print(shown)
    console.print()


def _not_run(console: Console, done: Checked) -> None:
    not_run = done.account["rules_not_run"]
    if not not_run:
        return
    shown = screen.table(
        "rule",
        "provision",
        "not in the input",
        "services concerned",
        title="Rules that were not run: outcomes do not depend on them",
        right=("services concerned",),
    )
    for one in not_run:
        shown.add_row(one["rule"], one["provision"], one["missing"], str(one["services"]))
    console.print(shown)
    console.print()

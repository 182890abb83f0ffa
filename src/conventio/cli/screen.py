"""Where commands write: results to stdout, messages to stderr."""

from __future__ import annotations

import json
import sys
from typing import Any

from rich.console import Console
from rich.table import Table

NO_TERMINAL = 160
"""Columns of a result that goes to a file or another program."""


def results() -> Console:
    """The console for results; what it is given is shown as it is, without markup."""
    width = None if sys.stdout.isatty() else NO_TERMINAL
    return Console(width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def messages() -> Console:
    """The console for messages."""
    return Console(stderr=True, markup=False, highlight=False, emoji=False)


def table(*columns: str, title: str | None = None, right: tuple[str, ...] = ()) -> Table:
    """An empty table; the columns named in `right` hold numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def print_json(value: Any) -> None:
    """Print a result for programs; dates and exact numbers are texts."""
    print(json.dumps(value, indent=2, ensure_ascii=False, default=str))

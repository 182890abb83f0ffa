"""Where commands write: results to stdout, messages to stderr."""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from conventio.cli.plain import harmless, steers

NO_TERMINAL = 160
"""Columns of a result that goes to a file or another program."""


class _Console(Console):
    """A console that takes every text for a text: what would steer a terminal is shown instead."""

    def render_str(self, text: str, **how: Any) -> Text:
        """A text as it is shown."""
        return super().render_str(harmless(text), **how)


class _Messages(_Console):
    """A console for messages, without which the work goes on where nobody can be told."""

    def print(self, *what: Any, **how: Any) -> None:
        """Print it, where that can be done."""
        with suppress(OSError):
            super().print(*what, **how)


def results() -> Console:
    """The console for results; what it is given is shown as it is, without markup."""
    width = None if sys.stdout.isatty() else NO_TERMINAL
    return _Console(width=width, markup=False, highlight=False, emoji=False, soft_wrap=False)


def messages() -> Console:
    """The console for messages."""
    return _Messages(stderr=True, markup=False, highlight=False, emoji=False)


def table(*columns: str, title: str | None = None, right: tuple[str, ...] = ()) -> Table:
    """An empty table; the columns named in `right` hold numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        made.add_column(column, justify="right" if column in right else "left", overflow="fold")
    return made


def print_json(value: Any) -> None:
    """Print a result for programs; dates and exact numbers are texts."""
    text = json.dumps(value, indent=2, ensure_ascii=False, default=str)
    print("".join(f"\\u{ord(one):04x}" if steers(one) else one for one in text))


def print_line(text: object) -> None:
    """Print a line on stdout as it is, but for what would steer a terminal."""
    print(harmless(str(text)))

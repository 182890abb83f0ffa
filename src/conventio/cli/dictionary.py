"""`conventio dictionary`: every table and column, with meaning, type and unit."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from conventio.cli.options import AsJson

if TYPE_CHECKING:
    from conventio.folder.tables import Column


def dictionary(as_json: AsJson = False) -> None:
    """Show every table and column that a folder may hold."""
    from conventio.cli import screen
    from conventio.folder.tables import TABLES

    if as_json:
        screen.print_json([asdict(table) for table in TABLES.values()])
        return
    console = screen.results()
    for table in TABLES.values():
        required = " (required)" if table.required else ""
        console.print(f"{table.name}{required}: {table.meaning}", style="bold")
        shown = screen.table("column", "type", "unit", "meaning", "values")
        for column in table.columns:
            shown.add_row(
                f"{column.name}{' *' if column.required else ''}",
                column.type,
                column.unit or "",
                column.meaning,
                _values(column),
            )
        console.print(shown)
        console.print()
    console.print("* every table of that name needs this column")


def _values(column: Column) -> str:
    """The values that a column takes, where they are few or bounded."""
    if column.allowed is not None:
        return ", ".join(column.allowed) + (", ..." if column.open else "")
    if column.minimum is not None and column.maximum is not None:
        return f"{column.minimum} to {column.maximum}"
    return f"from {column.minimum}" if column.minimum is not None else ""

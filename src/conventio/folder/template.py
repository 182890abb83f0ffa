"""An empty folder of tables: a CSV file with a header for every table of the contract."""

from __future__ import annotations

from pathlib import Path

from conventio.folder.tables import TABLES
from conventio.folder.write import output_folder


def write_template(target: Path, *, shared: bool = False, language: str = "en") -> list[Path]:
    """Make the folder `target`, which may not exist yet, and name its files."""
    with output_folder(target, shared=shared, language=language) as new:
        for table in TABLES.values():
            header = ",".join(table.names()) + "\n"
            (new / f"{table.name}.csv").write_text(header, encoding="utf-8", newline="")
    return [target / f"{name}.csv" for name in TABLES]

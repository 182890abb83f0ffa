"""What a command is given to look at: a folder of tables, or a message."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conventio.cli.failures import Refused
from conventio.cli.options import regular
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.folder.engine import Engine
    from conventio.folder.read import Folder

MESSAGES = (".xml", ".json")

Given = Annotated[
    Path,
    typer.Argument(metavar="FOLDER", help="A folder of tables, or a FHIR message (.xml, .json)."),
]
Tables = Annotated[
    Path | None,
    typer.Option(metavar="FOLDER", help="For a message: a folder with the other tables."),
]


def look(source: Path, tables: Path | None) -> None:
    """Whether there is something of a kind that can be read; raises Refused."""
    if not source.exists():
        raise Refused(refusal("no-folder", folder=source))
    regular(source)
    if source.is_file() and source.suffix.lower() not in MESSAGES:
        raise Refused(refusal("no-message", file=source))
    if tables is not None and source.is_dir():
        raise Refused(refusal("tables-with-folder"))
    if tables is not None and not tables.is_dir():
        raise Refused(refusal("no-tables", folder=tables))


def read(
    engine: Engine, source: Path, *, tables: Path | None, language: str, set_aside: bool = False
) -> Folder:
    """Read the folder or message into the engine; raises Unusable."""
    how: Any = {"set_aside": set_aside, "language": language}
    if source.is_dir():
        from conventio.folder.read import read_folder

        return read_folder(engine, source, **how)
    from conventio.folder.fhir import read_message

    message: Folder = read_message(engine, source, tables=tables, **how)
    return message

"""`conventio template`: an empty folder of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def template(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
) -> None:
    """Make an empty folder with every table."""
    from conventio.cli.screen import messages
    from conventio.folder.template import write_template

    for file in write_template(folder):
        print(file)
    messages().print(
        "Only services is required: remove the tables that you have nothing for. "
        "`conventio dictionary` says what each column means."
    )

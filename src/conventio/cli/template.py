"""`conventio template`: an empty folder of tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from conventio.cli.failures import put_in
from conventio.cli.options import Language, Shared
from conventio.cli.speech import say


def template(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The folder to make.")],
    shared: Shared = False,
    language: Language = "en",
) -> None:
    """Make an empty folder with every table."""
    from conventio.cli.screen import messages, print_line
    from conventio.folder.template import write_template

    with put_in(language):
        files = write_template(folder, shared=shared, language=language)
    for file in files:
        print_line(file)
    messages().print(say("only-services-required"))

"""`conventio generate`: a synthetic, labelled population."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from conventio.cli.failures import put_in
from conventio.cli.options import AsJson, Language, Shared
from conventio.cli.speech import say, spoken

if TYPE_CHECKING:
    from conventio.population.generate import Population

MOST = 999_999_999
"""More services than have names."""


def generate(
    out: Annotated[Path, typer.Argument(metavar="OUT", help="The folder to make.")],
    services: Annotated[
        int,
        typer.Option(
            metavar="N", min=1, max=MOST, help="How many services, earlier decisions included."
        ),
    ],
    seed: Annotated[
        int,
        typer.Option(metavar="S", min=0, max=2**63 - 1, help="The same seed, the same bytes."),
    ],
    csv: Annotated[bool, typer.Option("--csv", help="Write CSV, not Parquet.")] = False,
    shared: Shared = False,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """Make a synthetic folder, with labels that say which rules each service breaks."""
    from conventio.cli.progress import shown_progress
    from conventio.cli.screen import print_json
    from conventio.cli.speech import say
    from conventio.folder.engine import DuckDB
    from conventio.folder.memory import allowed
    from conventio.folder.write import output_folder
    from conventio.population.generate import generate as make

    with (
        put_in(language),
        output_folder(out, shared=shared, language=language) as new,
        TemporaryDirectory(prefix=".spill-", dir=new) as spill,
        DuckDB(spill=Path(spill), memory=allowed()) as engine,
        shown_progress() as tell,
    ):

        def making(table: str, done: float) -> None:
            tell(say("doing.making"), done)

        made = make(engine, services, seed, new, csv=csv, progress=making)
    if as_json:
        print_json(
            {
                "services": services,
                "seed": seed,
                "history": made.history,
                "tables": made.rows,
                "planted": made.planted,
            }
        )
    else:
        _say(out, made)


def _say(out: Path, made: Population) -> None:
    from conventio.cli import screen
    from conventio.population.generate import LABELS
    from conventio.wording.catalogue import Catalogue

    console = screen.results()
    words = Catalogue.read(spoken.get(), "report")
    number = words.say("totals.services")
    shown = screen.table(words.say("not_run.rule"), number, title=say("broken"), right=(number,))
    for rule, services in made.planted.items():
        shown.add_row(rule, f"{services:,}".replace(",", " "))
    console.print(shown)
    facts = {"services": made.rows["services"], "patients": made.rows["patients"]}
    places = {"place": out, "labels": out / LABELS}
    console.print(say("population", history=made.history, **facts, **places), soft_wrap=True)

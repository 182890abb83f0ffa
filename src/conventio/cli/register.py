"""`conventio register`: the prescriptions that were carried out, and until when they are kept."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from conventio.cli.failures import Refused, put_in
from conventio.cli.options import (
    AsJson,
    Known,
    Language,
    LawFolder,
    Shared,
    chosen_law,
    day,
    only_earlier,
)
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.folder.engine import Engine, Row
    from conventio.prescriptions.register import Register
    from conventio.wording.catalogue import Catalogue

MOST_SHOWN = 200
"""How many rows of a register a screen shows."""
NOT_SHOWN = frozenset({"executed_on", "provision"})
"""The columns of the register that a screen has no room for."""


def register(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="A folder of tables.")],
    practitioner: Annotated[
        str | None,
        typer.Option(metavar="NIHDI", help="Only what this practitioner performed."),
    ] = None,
    on: Annotated[
        date | None,
        typer.Option(
            "--on",
            parser=day,
            metavar="DATE",
            help="The day on which it is asked (default: today in Brussels).",
        ),
    ] = None,
    passed: Annotated[
        bool, typer.Option("--passed", help="Only those whose term has passed.")
    ] = False,
    may_delete: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Ask whether this prescription may be deleted; nothing is, and before the end of "
            "its term the command ends with 2.",
        ),
    ] = None,
    csv: Annotated[
        Path | None,
        typer.Option("--csv", metavar="FILE", help="Write the register to this CSV file too."),
    ] = None,
    shared: Shared = False,
    known: Known = None,
    law: LawFolder = None,
    language: Language = "en",
    as_json: AsJson = False,
) -> None:
    """List the prescriptions that were carried out, with their term, by date of service."""
    from conventio.cli.screen import print_json, print_line
    from conventio.folder.clock import today
    from conventio.folder.engine import DuckDB
    from conventio.folder.read import read_folder
    from conventio.folder.write import output_file
    from conventio.prescriptions import register as registers
    from conventio.wording.catalogue import Catalogue

    if may_delete is not None and (practitioner is not None or passed or csv is not None):
        raise Refused(refusal("may-delete-alone"))
    if csv is not None:
        only_earlier(csv, registers.COLUMNS, "--csv", "another-register")
    words, used = Catalogue.read(language, "register"), chosen_law(law, known)
    with DuckDB() as engine:
        engine.confine(folder, *([csv.parent] if csv else []))
        with put_in(language):
            present = read_folder(engine, folder, language=language).present
        if practitioner is not None:
            _known_practitioner(engine, folder, practitioner, words)
        try:
            made = registers.make(engine, used, present, on or today(), practitioner=practitioner)
        except registers.NoTerm:
            raise Refused(words.say("no-term")) from None
        if may_delete is not None:
            row = _of_prescription(engine, folder, may_delete, words)
            sentence = _deletable(row, made, words, language)
            if as_json:
                print_json({**_told(row), "on": made.on, "law": used.version, "says": sentence})
            else:
                print_line(sentence)
            return
        query = registers.query(passed=passed)
        if csv is not None:
            with output_file(csv, shared=shared, language=language) as new:
                engine.write_csv(query, new)
        if as_json:
            listed = [_told(row) for row in engine.rows(query)]
            print_json({**asdict(made), "law": used.version, "register": listed})
        else:
            _print(engine, query, made, words, language)
    if csv is not None and not as_json:
        print_line(words.say("written", file=csv))


def shown_columns() -> list[str]:
    """The columns of the register that are shown."""
    from conventio.prescriptions.register import COLUMNS

    return [name for name in COLUMNS if name not in NOT_SHOWN]


def _known_practitioner(engine: Engine, folder: Path, practitioner: str, words: Catalogue) -> None:
    """Raises Refused where no service is of that practitioner."""
    from conventio.folder.engine import literal

    found = f"SELECT 1 FROM services WHERE practitioner = {literal(practitioner)} LIMIT 1"
    if not engine.rows(found):
        raise Refused(words.say("unknown-practitioner", folder=folder, practitioner=practitioner))


def _of_prescription(engine: Engine, folder: Path, name: str, words: Catalogue) -> Row:
    from conventio.prescriptions.register import UnknownPrescription, of_prescription

    try:
        return of_prescription(engine, name)
    except UnknownPrescription as error:
        near = words.say("near", near=", ".join(error.near)) if error.near else ""
        raise Refused(words.say("unknown", folder=folder, prescription=name, near=near)) from None


def _deletable(row: Row, made: Register, words: Catalogue, language: str) -> str:
    """That the term of a prescription has passed; raises Refused where it has not."""
    from conventio.wording.amounts import day as written

    prescription = row["prescription_id"]
    if row["kept_until"] is None:
        lacks = _missing(row, words, ("performed_at", "last-execution", "execution", "term"))
        provisions = ", ".join(made.provisions)
        said = {"prescription": prescription, "provisions": provisions, "missing": lacks}
        raise Refused(words.say("no-end", **said))
    last, executed = (written(row[name], language) for name in ("kept_until", "executed_on"))
    term = {"prescription": prescription, "provision": row["provision"], "last": last}
    if row["passed"]:
        return words.say("deletable", **term)
    asked = written(made.on, language)
    raise Refused(words.say("kept-until", **term, executed=executed, day=asked))


def _print(engine: Engine, query: str, made: Register, words: Catalogue, language: str) -> None:
    from conventio.cli import screen
    from conventio.wording.amounts import day as written
    from conventio.wording.amounts import number
    from conventio.wording.catalogue import Catalogue

    values, columns = Catalogue.read(language, "values"), shown_columns()
    for name in made.absent:
        screen.messages().print(words.say(f"absent.{name}"), soft_wrap=True)
    rows = engine.rows(f"{query} LIMIT {MOST_SHOWN}")
    console = screen.results()
    if rows:
        heads = [words.say(f"column.{name}") for name in columns]
        shown = screen.table(*heads, title=words.say("title"))
        for row in rows:
            shown.add_row(*(_cell(name, row, words, values) for name in columns))
        console.print(shown)
    total = engine.rows(f"SELECT count(*) AS n FROM ({query})")[0]["n"]
    if total > len(rows):
        console.print(words.say("more", rest=number(total - len(rows), language)))
    counts = {name: getattr(made, name) for name in ("services", "passed", "unexecuted")}
    said = {name: number(value, language) for name, value in counts.items()}
    sentences = [
        words.say("counts", day=written(made.on, language), **said),
        words.say("kept", provisions=", ".join(made.provisions)),
        *([words.say("passed")] if made.passed else []),
    ]
    for sentence in sentences:
        console.print(sentence, soft_wrap=True)


def _cell(name: str, row: Row, words: Catalogue, values: Catalogue) -> str:
    value = row[name]
    if name == "missing":
        return _missing(row, words)
    if isinstance(value, bool):
        return values.say("true" if value else "false")
    return "" if value is None else str(value)


def _missing(row: Row, words: Catalogue, among: tuple[str, ...] | None = None) -> str:
    """What a row lacks, in words."""
    lacks = str(row["missing"] or "").split(", ")
    named = [name for name in lacks if name and (among is None or name in among)]
    return ", ".join(words.say(f"missing.{name}") for name in named)


def _told(row: Row) -> dict[str, Any]:
    """A row for programs: what it lacks as a list."""
    return {**row, "missing": str(row["missing"]).split(", ") if row["missing"] else []}

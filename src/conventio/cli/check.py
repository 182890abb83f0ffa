"""`conventio check`: the services of a folder, decided and priced."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from conventio.cli.failures import Refused, put_in
from conventio.cli.given import Given, Tables, look, read
from conventio.cli.options import (
    AddedLaw,
    AsJson,
    AsOf,
    Force,
    Known,
    Language,
    LawFolder,
    Memory,
    Shared,
    chosen_law,
    granted,
    only_earlier,
)
from conventio.cli.speech import refusal

if TYPE_CHECKING:
    from conventio.claims.decide import Decided
    from conventio.cli.progress import Tell
    from conventio.folder.engine import Engine
    from conventio.folder.parts import Written
    from conventio.folder.problems import Problem, Unusable
    from conventio.folder.read import Folder
    from conventio.law import Law
    from conventio.pages.figures import Figures
    from conventio.pages.workbook import Workbook
    from conventio.wording.catalogue import Language as LanguageName

CsvForm = Literal["plain", "excel"]
"""How the tables are written as CSV (`folder.engine.CsvForm`)."""

Where = Literal["duckdb", "spark"]
"""The engines that a check can run on."""


@dataclass(frozen=True)
class Wishes:
    """What the options of a check ask for."""

    law: Law
    force: bool = False
    csv: CsvForm | None = None
    xlsx: bool = False
    joined: bool = False
    set_aside: bool = False
    problems: Path | None = None
    tables: Path | None = None
    shared: bool = False
    memory: int | None = None
    """Bytes that the engine may take; None for what the machine can spare."""
    language: LanguageName = "en"
    engine: Where = "duckdb"
    master: str | None = None
    as_of: date | None = None
    """The day of the check; None for today."""


@dataclass(frozen=True)
class Checked:
    """What is told of a check that is done."""

    account: dict[str, Any]
    figures: Figures
    warnings: list[Problem]
    out: Path
    language: LanguageName = "en"
    workbook: Workbook | None = None
    """What the workbook took, where there is one."""


def check(
    folder: Given,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Where to write (default: FOLDER/out; beside a message: NAME.out)."
        ),
    ] = None,
    force: Force = False,
    csv: Annotated[
        CsvForm | None,
        typer.Option(
            "--csv",
            metavar="[excel]",
            help="Write the tables as CSV too; with `excel`, no text is run as a formula.",
        ),
    ] = None,
    xlsx: Annotated[
        bool, typer.Option("--xlsx", help="Write answers.xlsx too, for Excel.")
    ] = False,
    joined: Annotated[
        bool,
        typer.Option("--joined", help="Write the services of the input with their decisions too."),
    ] = False,
    set_aside: Annotated[
        bool, typer.Option("--set-aside", help="Put bad rows apart and check the rest.")
    ] = False,
    problems: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write every problem of the input to this CSV file."),
    ] = None,
    tables: Tables = None,
    shared: Shared = False,
    memory: Memory = None,
    as_of: AsOf = None,
    known: Known = None,
    law: LawFolder = None,
    with_law: AddedLaw = None,
    language: Language = "en",
    as_json: AsJson = False,
    engine: Annotated[
        Where, typer.Option("--engine", help="Where it runs: in this process, or on Spark.")
    ] = "duckdb",
    master: Annotated[
        str | None,
        typer.Option(metavar="URL", help="For Spark: the cluster (default: as it is configured)."),
    ] = None,
) -> None:
    """Check and price the services of a folder; write answers and a report."""
    from conventio.cli.screen import print_json
    from conventio.cli.summary import print_summary, print_warnings
    from conventio.folder.problems import FIELDS

    look(folder, tables)
    if master is not None and engine != "spark":
        raise Refused(refusal("master-without-spark"))
    target = out or (folder / "out" if folder.is_dir() else folder.with_suffix(".out"))
    _keep_what_is_not_ours(target, folder, force)
    if problems is not None:
        if target.resolve() in problems.resolve().parents:
            raise Refused(refusal("problems-in-output", file=problems, folder=target))
        only_earlier(problems, FIELDS, "--problems", "another-list")
    wishes = Wishes(
        chosen_law(law, known, with_law),
        force=force,
        csv=csv,
        xlsx=xlsx,
        joined=joined,
        set_aside=set_aside,
        problems=problems,
        tables=tables,
        shared=shared,
        memory=granted(memory),
        language=language,
        engine=engine,
        master=master,
        as_of=as_of,
    )
    done = checked(folder, target, wishes)
    print_warnings(done)
    if as_json:
        print_json(done.account)
    else:
        print_summary(done)


def checked(source: Path, target: Path, wishes: Wishes) -> Checked:
    """Check a folder or message and write the answers to `target`, whole or not at all.

    Raises Unusable where the input can't be used or `target` is there already.
    """
    from conventio.claims import output
    from conventio.claims.closing import refuse_open
    from conventio.cli.progress import shown_progress
    from conventio.folder import reach, validate
    from conventio.folder.parts import Written
    from conventio.folder.write import output_folder
    from conventio.pages.figures import figures

    language, source = wishes.language, source.absolute()
    with ExitStack() as stack:
        with put_in(language):
            folder_made = output_folder(
                target,
                force=wishes.force,
                written=output.written,
                shared=wishes.shared,
                language=language,
            )
            new = _placed(stack, folder_made, source, wishes)
        spill = stack.enter_context(TemporaryDirectory(prefix=".spill-", dir=new))
        engine = stack.enter_context(_engine(wishes, source, Path(spill)))
        engine.embedded.confine(new, source, *([wishes.tables] if wishes.tables else []))
        about = reach.services_given(source)
        tell = stack.enter_context(shown_progress(_parts(wishes, about)))
        tell.services = about
        tell.part("reading", reach.reach(source))
        with put_in(language):
            folder = _read(engine.reader, source, wishes, Path(spill))
        if wishes.problems is not None:
            _write_problems(partial(validate.write, engine.reader), Path(spill), wishes)
        tell.services = next(one.rows for one in folder.inputs if one.table == "services")
        tell.read = True
        tell.weigh(_parts(wishes, tell.services))
        try:
            answers = stack.enter_context(Written(engine, new, csv=wishes.csv))
            decided = _decided(engine, folder, source, answers, wishes, tell)
        finally:
            folder.refuse_changed()
        refuse_open(engine, folder, decided, language=language)
        tell.part("report")
        counted = figures(engine, decided)
        _write_pages(engine, decided, folder, counted, new, wishes)
        answers.finish()
        book = _write_workbook(new, tell) if wishes.xlsx else None
        account = output.write_account(decided, folder, new)
        return Checked(account, counted, folder.warnings, target, language, book)


def _placed(
    stack: ExitStack, made: AbstractContextManager[Path], source: Path, wishes: Wishes
) -> Path:
    """The new folder; where there can be none, the problems of the input are told all the same."""
    from conventio.folder.problems import Unusable

    try:
        return stack.enter_context(made)
    except Unusable as error:
        if wishes.problems is not None:
            _only_problems(source, wishes, error)
        raise


def _only_problems(source: Path, wishes: Wishes, error: Unusable) -> None:
    """Read the input and write its problems; they are told with those of the output."""
    from conventio.folder import validate
    from conventio.folder.engine import DuckDB
    from conventio.folder.memory import allowed
    from conventio.folder.problems import Unusable

    with (
        TemporaryDirectory() as spill,
        DuckDB(spill=Path(spill), memory=wishes.memory or allowed()) as engine,
    ):
        try:
            _read(engine, source, wishes, Path(spill))
        except Unusable as of_input:
            both = [*error.first, *of_input.first]
            raise Unusable(both, error.total + of_input.total) from error
        _write_problems(partial(validate.write, engine), Path(spill), wishes)


def _decided(
    engine: Engine, folder: Folder, source: Path, answers: Written, wishes: Wishes, tell: Tell
) -> Decided:
    """Decide the services and write the tables of answers, part by part."""
    from conventio.claims import joined, output, pace
    from conventio.claims.decide import decide
    from conventio.folder.parts import Part
    from conventio.folder.tables import TABLES
    from conventio.pages.tally import tally

    tell.part("law")
    for table in TABLES:
        engine.receive(table)
    tables = dict(output.TABLES)
    if wishes.joined:
        tables["joined"] = joined.query(engine, folder, source)

    def written(part: Part) -> None:
        tell.within("writing", "writing", part.number / part.of, (part.number + 1) / part.of)
        answers.add(part, tables)
        tally(engine, part)

    def deciding(table: str, done: float, until: float) -> None:
        tell.within("deciding", pace.cost(table).activity, done, until)

    law, present = wishes.law, folder.present
    return decide(engine, law, present, deciding, written, as_of=wishes.as_of)


def _write_pages(
    engine: Engine,
    decided: Decided,
    folder: Folder,
    counted: Figures,
    new: Path,
    wishes: Wishes,
) -> None:
    """Write what is read beside the tables, of which the last may still be written meanwhile."""
    from conventio.pages import report

    for table in folder.set_aside:
        engine.reader.write_csv(
            f"SELECT * FROM set_aside_{table} ORDER BY row",
            new / f"set_aside_{table}.csv",
            form=wishes.csv or "plain",
        )
    report.write(engine, decided, folder, counted, new / "report.html", language=wishes.language)


def _write_workbook(new: Path, tell: Tell) -> Workbook:
    """Write the answers as XLSX."""
    from conventio.claims import output
    from conventio.pages import workbook

    tell.part("workbook")
    files = {name: new / f"{name}.parquet" for name in output.TABLES}
    return workbook.write(files, new / "answers.xlsx")


def _parts(wishes: Wishes, services: int) -> dict[str, float]:
    """The parts of a check that writes what is asked for, with what each costs."""
    from conventio.claims.pace import parts

    return parts(services, csv=wishes.csv is not None, joined=wishes.joined, xlsx=wishes.xlsx)


def _engine(wishes: Wishes, source: Path, scratch: Path) -> AbstractContextManager[Engine]:
    """The engine that was asked for; EngineMissing where it is not installed."""
    from conventio.folder.engine import DuckDB
    from conventio.folder.memory import allowed

    memory = wishes.memory or allowed()
    if wishes.engine == "duckdb":
        return DuckDB(spill=scratch, memory=memory)
    from conventio.folder.spark_program import started

    files = source.iterdir() if source.is_dir() else [source]
    given = sum(file.stat().st_size for file in files if file.is_file())
    return started(scratch, master=wishes.master, given=given)


def _read(engine: Engine, source: Path, wishes: Wishes, scratch: Path) -> Folder:
    """Read the folder or message; the problems go to their file before they stop the check."""
    from conventio.folder.problems import Unusable

    try:
        return read(
            engine,
            source,
            tables=wishes.tables,
            language=wishes.language,
            set_aside=wishes.set_aside,
        )
    except Unusable as error:
        if wishes.problems is not None:
            _write_problems(error.write, scratch, wishes)
        raise


def _write_problems(write: Callable[[Path], None], scratch: Path, wishes: Wishes) -> None:
    """Put the problems in their file, from a folder that the engine reaches."""
    from conventio.folder.write import output_file

    if wishes.problems is None:
        return
    made = scratch / "problems.csv"
    write(made)
    with output_file(wishes.problems, shared=wishes.shared, language=wishes.language) as file:
        shutil.copyfile(made, file)
    made.unlink()


def _keep_what_is_not_ours(target: Path, source: Path, force: bool) -> None:
    """Let --force replace nothing but earlier answers; raises Refused."""
    if not target.exists():
        return
    whole, read = target.resolve(), source.resolve()
    if whole == read or whole in read.parents:
        raise Refused(refusal("holds-input", folder=target))
    if force and target.is_dir() and any(target.iterdir()) and not (target / "run.json").is_file():
        raise Refused(refusal("no-answers", folder=target))

"""The columns of a table that conventio does not know: kept beside it, by the number of the row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from conventio.folder import dialect, sources
from conventio.folder.engine import Engine, quoted
from conventio.folder.files import footers
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES
from conventio.folder.values import Kind
from conventio.wording.catalogue import Catalogue

VIEW = "further_services"
"""The name in the engine: `row`, then the further columns of the services."""


def further_columns(engine: Engine, location: Path, taken: Collection[str]) -> dict[str, str]:
    """Make `further_services` for a folder that was read; its columns, each with its name.

    A name that is taken (capitals make no difference) has `_given` put after it; a column without
    a name is named by its place. In the engine they go by their places: a name of an input may be
    any, also one that a query has for something else.
    """
    known = TABLES["services"].names()
    csv, parquet = location / "services.csv", location / "services.parquet"
    if csv.is_file():
        seen = dialect.inspect(csv, TABLES["services"], Catalogue.read()).dialect
        if seen is None:
            return {}
        names = _names(seen.header, known, taken)
        _view_csv(engine, csv, seen, names)
    elif parquet.exists():
        names = _view_parquet(engine, parquet, known, taken)
    else:
        return {}
    return {_place(place): name for place, name in enumerate(names) if name is not None}


def _place(number: int) -> str:
    return f"further {number}"


def _view_parquet(
    engine: Engine, path: Path, known: Collection[str], taken: Collection[str]
) -> list[str | None]:
    """Show the further columns of Parquet; the name that each column goes by."""
    reader = engine.embedded
    rows, number = reader.parquet(footers(path)[1])
    added = [name for name in ("file_row_number",) if name in number]
    given = [
        name
        for name in reader.arrow(f"SELECT * FROM {rows} LIMIT 0").schema.names
        if name not in added
    ]
    names = _names(given, known, taken)
    columns = "".join(
        f", {quoted(name)} AS {quoted(_place(place))}"
        for place, (name, new) in enumerate(zip(given, names, strict=True))
        if new is not None
    )
    reader.view(VIEW, f"SELECT CAST({number} AS BIGINT) AS row{columns} FROM {rows}")
    return names


def _names(
    header: Sequence[str], known: Collection[str], taken: Collection[str]
) -> list[str | None]:
    """The name that each column of a header goes by here; None for a known one."""
    used = {name.casefold() for name in taken}
    names: list[str | None] = []
    for place, name in enumerate(header, start=1):
        if name in known:
            names.append(None)
            continue
        new = name or f"column_{place}"
        while new.casefold() in used:
            new += "_given"
        used.add(new.casefold())
        names.append(new)
    return names


def _view_csv(
    engine: Engine, path: Path, seen: dialect.Dialect, names: Sequence[str | None]
) -> None:
    """Show the further columns, rows numbered as they were when the table was read."""
    # Reading left the lines that are no rows in `skipped_services`, where there are any.
    skips = seen.has_empty_lines or engine.count("rejects_services") > 0
    header = tuple(_place(place) for place in range(len(names)))
    columns: tuple[tuple[str, Kind], ...] = tuple(
        (_place(place), "text") for place, name in enumerate(names) if name is not None
    )
    source = Source("services", path.name, columns)
    sources.forget_rejects(engine, source)
    sources.view_csv(engine, source, path, replace(seen, header=header), skips=skips)
    engine.view(VIEW, f"SELECT * FROM {source.name}")

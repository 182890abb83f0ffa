"""The columns of a table that conventio does not know: kept beside it, by the number of the row."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from conventio.folder import dialect, sources
from conventio.folder.engine import Engine, literal, quoted
from conventio.folder.sources import Source
from conventio.folder.tables import TABLES
from conventio.folder.values import Kind
from conventio.wording.catalogue import Catalogue

VIEW = "further_services"
"""The name in the engine: `row`, then the further columns of the services."""


def further_columns(engine: Engine, location: Path, taken: Collection[str]) -> list[str]:
    """Make `further_services` for a folder that was read; the names of its columns.

    A name that is taken (capitals make no difference) has `_given` put after it; a column without
    a name is named by its place.
    """
    known = TABLES["services"].names()
    csv, parquet = location / "services.csv", location / "services.parquet"
    if csv.is_file():
        seen = dialect.inspect(csv, TABLES["services"], Catalogue.read()).dialect
        if seen is None:
            return []
        names = _names(seen.header, known, taken)
        _view_csv(engine, csv, seen, names)
    elif parquet.is_file():
        file = f"read_parquet({literal(str(parquet))}, file_row_number = true)"
        given = engine.arrow(f"SELECT * EXCLUDE (file_row_number) FROM {file} LIMIT 0").schema.names
        names = _names(given, known, taken)
        columns = "".join(
            f", {quoted(name)} AS {quoted(new)}"
            for name, new in zip(given, names, strict=True)
            if new is not None
        )
        row = "CAST(file_row_number + 1 AS BIGINT) AS row"
        engine.view(VIEW, f"SELECT {row}{columns} FROM {file}")
    else:
        return []
    return [name for name in names if name is not None]


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
    header = tuple(name or f"known {place}" for place, name in enumerate(names))
    columns: tuple[tuple[str, Kind], ...] = tuple(
        (name, "text") for name in names if name is not None
    )
    source = Source("services", path.name, columns)
    sources.forget_rejects(engine, source)
    sources.view_csv(engine, source, path, replace(seen, header=header), skips=skips)
    engine.view(VIEW, f"SELECT * FROM {source.name}")

"""Whether the figures of a run close: every row that was read went somewhere."""

from __future__ import annotations

from conventio.claims.decide import Decided
from conventio.folder.engine import Engine, EngineFailed
from conventio.folder.read import Folder
from conventio.wording.catalogue import Catalogue


class NotClosed(EngineFailed):
    """Rows were lost, or came twice, on the way through the engine."""


def refuse_open(engine: Engine, folder: Folder, decided: Decided, *, language: str = "en") -> None:
    """Raise NotClosed where the rows of a table are not those that were used and put aside.

    How many were read is known by a count of its own; of the services, what was used is history
    and what was decided. A table that comes from a message and from a folder at once is joined.
    """
    for table in {one.table: None for one in folder.inputs}:
        given = [one.rows for one in folder.inputs if one.table == table]
        aside = folder.set_aside.get(table, 0)
        if table == "services":
            used = {
                "history": decided.history,
                "decided": sum(decided.outcomes.values()),
                "aside": aside,
                "left": folder.left_out,
            }
        elif len(given) == 1:
            used = {"used": engine.count(table), "aside": aside}
        else:
            continue
        if sum(given) != sum(used.values()):
            say = Catalogue.read(language, "commands").say
            raise NotClosed(
                say("not-closed", table=table, read=sum(given), found=sum(used.values()))
            )

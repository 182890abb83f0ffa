"""The table widget of pages: DataTables, as the package itables ships it for use offline."""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from conventio.wording.catalogue import LANGUAGES, Catalogue, Language

_EXPORTS = re.compile(r"\bexport\{[^}]*?([\w$]+) as default[^}]*\};?")


@cache
def module(own: str) -> str:
    """A script module that begins with the library, in which `own` finds it as `DataTable`.

    It may stand in a script element. LookupError where the library is not as it is known here.
    """
    text = (_shipped() / "html" / "dt_bundle.js").read_text(encoding="utf-8")
    library, found = _EXPORTS.subn(r"const DataTable=\1;", text)
    if found != 1:
        raise LookupError("the table widget of itables is not one module with a default export")
    # Both stand in literals of the script only, where \x3c is the same sign.
    inert = library.replace("<!--", r"\x3c!--").replace("</script", r"\x3c/script")
    return f"{inert}\n{own}"


def _shipped() -> Path:
    """Where itables lies; importing it fails in a working directory that is gone."""
    found = find_spec("itables")
    if found is None or found.origin is None:
        raise LookupError("the package itables, which ships the table widget, is not installed")
    return Path(found.origin).parent


def words() -> dict[str, dict[str, Any]]:
    """What the widget says, by language, under its own names."""
    return {language: _words(language) for language in LANGUAGES}


def _words(language: Language) -> dict[str, Any]:
    say = Catalogue.read(language, "report").say
    places = {name: f"_{name.upper()}_" for name in ("start", "end", "total", "max", "menu")}

    def said(name: str) -> str:
        return say(f"list.{name}", **places)

    return {
        "search": said("search"),
        "lengthMenu": said("length"),
        "all": said("all"),
        "info": said("info"),
        "infoEmpty": said("empty"),
        "infoFiltered": said("filtered"),
        "zeroRecords": said("nothing"),
        "thousands": "",
        "paginate": {"first": "«", "previous": "‹", "next": "›", "last": "»"},
        "aria": {
            "orderable": said("orderable"),
            "orderableReverse": said("orderable_reverse"),
            "orderableRemove": said("orderable_none"),
            "paginate": {name: said(name) for name in ("first", "previous", "next", "last")},
        },
    }

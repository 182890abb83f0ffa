"""The table widget of pages: DataTables, as the package itables ships it for use offline."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

_EXPORTS = re.compile(r"\bexport\{[^}]*?([\w$]+) as default[^}]*\};?")


@cache
def module(own: str) -> str:
    """A script module that begins with the library, in which `own` finds it as `DataTable`.

    It may stand in a script element. LookupError where the library is not as it is known here.
    """
    text = (files("itables") / "html" / "dt_bundle.js").read_text(encoding="utf-8")
    library, found = _EXPORTS.subn(r"const DataTable=\1;", text)
    if found != 1:
        raise LookupError("the table widget of itables is not one module with a default export")
    # Both stand in literals of the script only, where \x3c is the same sign.
    inert = library.replace("<!--", r"\x3c!--").replace("</script", r"\x3c/script")
    return f"{inert}\n{own}"

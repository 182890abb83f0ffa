"""The JSON schema of each kind of file of the law, for editors and for other programs.

`python -m conventio.law.schema` writes them anew, into the folder `schema` beside this file.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from conventio.law.model import CodeSet, Coverage, GivenValue, Provision, Source, Statement
from conventio.law.rules import Accompanying, AnyRule

FOLDER = Path(__file__).with_name("schema")

_FILES: dict[str, tuple[str, Any]] = {
    "source": ("A document of the law, with its dates.", Source),
    "provisions": ("The numbered statements of a source.", list[Provision]),
    "values": ("Figures for provisions that another source holds.", list[GivenValue]),
    "code-sets": ("The code lists that a source prints.", list[CodeSet]),
    "statements": ("What is known of each code, each statement with its basis.", list[Statement]),
    "rules": ("The claim rules that rest on a source.", list[AnyRule]),
    "accompanying": (
        "Services that go with others and are decided after them.",
        list[Accompanying],
    ),
    "coverage": ("Articles for which a source holds application rules.", list[Coverage]),
}
_INHERITED = {"from", "to", "known"}


def schemas() -> dict[str, dict[str, Any]]:
    """The schema of each file, by its name without `.yaml`."""
    return {
        name: {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": f"{name}.yaml",
            "description": description,
            **_plain(TypeAdapter(shape).json_schema(), inheriting=name != "source"),
        }
        for name, (description, shape) in _FILES.items()
    }


def _plain(part: Any, *, inheriting: bool) -> Any:
    """A schema without what Pydantic adds for itself, and with what a file may leave out.

    An entry that gives no dates takes those of what it belongs to; null means the same as nothing.
    """
    if isinstance(part, list):
        return [_plain(one, inheriting=inheriting) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {
        key: _described(value, inheriting=inheriting)
        if key in ("properties", "$defs")
        else _plain(value, inheriting=inheriting)
        for key, value in part.items()
        if not (key == "title" or (key == "default" and value is None))
    }
    if inheriting and "required" in plain:
        plain["required"] = [name for name in plain["required"] if name not in _INHERITED]
    return plain


def _described(parts: dict[str, Any], *, inheriting: bool) -> dict[str, Any]:
    """Parts by name: a name is never one of the schema's own words."""
    return {
        name: _plain(
            {**part, "description": " ".join(part["description"].split())}
            if "description" in part
            else part,
            inheriting=inheriting,
        )
        for name, part in parts.items()
    }


def written(schema: dict[str, Any]) -> str:
    """A schema as its file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every schema into its file."""
    FOLDER.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (FOLDER / f"{name}.json").write_text(written(schema), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

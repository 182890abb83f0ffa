"""What is wrong with the shape of an entry, in words for who keeps the data."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from conventio.law.documents import Entry, Fault, Path, described
from conventio.law.model import EXPECTED, TOGETHER
from conventio.law.rules import RULES, kind_of

KINDS: Mapping[str, type[BaseModel]] = {kind_of(rule): rule for rule in RULES}
"""The kinds of claim rule, each with the model of its entries."""

_WORDS = {
    "string_type": "a text; if it looks like a number or a day, put it in quotes",
    "string_too_short": "a text that is not empty",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_pattern_mismatch": "an hour as '08:00'",
    "tuple_type": "a list, as [one, another]",
    "model_type": "a mapping of names and values",
}
_BOUNDS = {"from", "to", "known"}


def faults(entry: Entry, model: type[BaseModel] | None, error: ValidationError) -> list[Fault]:
    """The faults of an entry that does not fit its model; None where its kind is to tell."""
    if model is None:
        kind = entry.data.get("kind")
        if not isinstance(kind, str) or kind not in KINDS:
            return [_no_kind(entry, kind)]
        model = KINDS[kind]
    found = []
    for details in error.errors(include_url=False):
        if details["type"] == "too_short" and details["input"]:
            continue  # its items are not right; each has a fault of its own
        path: Path = tuple(details["loc"])
        if path and issubclass(model, KINDS.get(str(path[0]), ())):
            path = path[1:]
        found.append(Fault(entry.place_of(path), _says(path, model, details)))
    return found


def _no_kind(entry: Entry, kind: Any) -> Fault:
    what = "kind is missing" if kind is None else f"kind {described(kind)} does not exist"
    near = get_close_matches(str(kind), KINDS, n=1)
    instead = f"did you mean {near[0]}?" if near else f"the kinds are {', '.join(KINDS)}"
    return Fault(entry.place_of(("kind",)), f"{what}; {instead}")


def _says(path: Path, model: type[BaseModel], details: Any) -> str:
    context = details.get("ctx", {})
    match details["type"]:
        case "missing":
            return f"{_name(path)} is missing; {_how_to_add(path, model)}"
        case "extra_forbidden":
            return f"{_name(path)} does not belong here; {_instead(path, _model_at(model, path))}"
        case "invalid_key":
            return f"found {described(path[-1])} as a name, expected a text; put it in quotes"
        case "literal_error":
            expected = f"one of {_list(context['expected'])}"
        case "greater_than_equal":
            expected = f"{context['ge']} or more"
        case "too_short":
            expected = f"a list of at least {context['min_length']}"
        case kind if kind == TOGETHER:
            return f"{_name(path)}: {details['msg']}" if path else str(details["msg"])
        case kind if kind == EXPECTED:
            expected = details["msg"]
        case kind:
            expected = _WORDS.get(kind, details["msg"])
    return f"{_name(path)}: found {described(details['input'])}, expected {expected}"


def _name(path: Path) -> str:
    """Where in the entry: "`values`, no. 2, `unit`"."""
    return ", ".join(f"no. {key + 1}" if isinstance(key, int) else f"`{key}`" for key in path)


def _list(expected: str) -> str:
    """Pydantic's list of literals without its quotes."""
    return expected.replace("'", "").replace(" or ", ", ")


def _how_to_add(path: Path, model: type[BaseModel]) -> str:
    if path[-1] in _BOUNDS:
        return "write a day, or `unstated` where the source gives none"
    kind = next((name for name, rule in KINDS.items() if rule is model), None)
    return f"a rule of kind {kind} needs it" if kind and len(path) == 1 else "add it"


def _instead(path: Path, model: type[BaseModel] | None) -> str:
    names = [field.alias or name for name, field in model.model_fields.items()] if model else []
    near = get_close_matches(str(path[-1]), names, n=1)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"what belongs here is {', '.join(names)}" if names else "remove it"


def _model_at(model: type[BaseModel] | None, path: Path) -> type[BaseModel] | None:
    """The model of the part that a path's last name stands in."""
    for key in path[:-1]:
        if model is None or isinstance(key, int):
            continue
        fields = model.model_fields.items()
        inner = [field.annotation for name, field in fields if key in (name, field.alias)]
        model = _model_in(inner[0]) if inner else None
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    found = (_model_in(part) for part in get_args(annotation))
    return next((model for model in found if model is not None), None)

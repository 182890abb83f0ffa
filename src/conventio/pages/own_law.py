"""What an entry of added law asks, in its own figures; the words of its provision are not its."""

from __future__ import annotations

from typing import Any

from conventio.law import Law
from conventio.law.model import Model
from conventio.law.rules import AnyRule, Rule
from conventio.wording.catalogue import Catalogue
from conventio.wording.manner import ForPeople

_OF_EVERY_RULE = frozenset(Rule.model_fields) | {"kind"}


def own_words(rule: AnyRule, law: Law, manner: ForPeople) -> str | None:
    """What an entry asks that another source than that of its provision gives; else None."""
    if not rule.speaks_for_itself:
        return None
    source = law.sources.get(rule.source)
    return Catalogue.read(manner.language, "explanation").say(
        "own-entry",
        source=rule.source,
        title=rule.source if source is None else manner.source(source),
        provision=rule.provision,
        settings=_settings(rule, manner),
    )


def _settings(rule: AnyRule, manner: ForPeople) -> str:
    given = [
        f"{manner.label(name)} = {_value(getattr(rule, name), manner)}"
        for name in type(rule).model_fields
        if name not in _OF_EVERY_RULE and getattr(rule, name) not in (None, ())
    ]
    return "; ".join([rule.kind, *given])


def _value(value: Any, manner: ForPeople) -> str:
    if isinstance(value, tuple):
        return ", ".join(_value(one, manner) for one in value)
    if isinstance(value, Model):
        given = value.model_dump(exclude_defaults=True, by_alias=True)
        return ", ".join(f"{name} {_value(one, manner)}" for name, one in given.items())
    return manner.value(str(value).lower() if isinstance(value, bool) else str(value))

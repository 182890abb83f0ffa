"""What an entry of added law asks, in its own figures; the words of its provision are not its."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conventio.law import Law, known
from conventio.law.model import Model, Provision
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


def is_replaced(provision: Provision, law: Law) -> bool:
    """Whether another source gives an entry or a figure for what its words tell."""
    figures = any(one.source and one.supersedes for one in provision.values)
    return figures or any(one.speaks_for_itself for one in law.rules_of(provision.id))


def own_figures(provision: Provision, law: Law, manner: ForPeople) -> Iterator[str]:
    """The figures of a provision that another source gives in the place of those it tells."""
    words = Catalogue.read(manner.language, "explanation")
    for value in known.prevailing(provision.values, lambda value: value.entry):
        if value.source is not None and value.supersedes is not None:
            source = law.sources.get(value.source)
            yield words.say(
                "own-figure",
                figure=manner.figure(value)
                or f"{value.name.replace('_', ' ')} {value.value} {value.unit}",
                days=" – ".join(
                    "..." if one is None else manner.day(one) for one in (value.first, value.last)
                ),
                source=value.source,
                title=value.source if source is None else manner.source(source),
                provision=provision.id,
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

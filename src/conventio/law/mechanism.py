"""Mechanisms: small typed functions that work a provision out and know no agreement.

What a person gives are the parameters before the star; those after it are figures of the
provision, by the same names, as the law of the day has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from inspect import Parameter, signature
from typing import Annotated, Any, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class Unit:
    """What a number counts."""

    name: str


DIGITS = 18
"""The most digits of a number that is given, so that every answer is exact."""

Exact = Annotated[Decimal, Field(ge=0, max_digits=DIGITS)]
"""A number that is given, such as a relative value."""
Euro = Annotated[Decimal, Unit("EUR"), Field(ge=0, max_digits=DIGITS)]
"""An exact amount."""
Number = Annotated[Decimal, Unit("times")]
"""A factor."""
Years = Annotated[int, Unit("years")]
"""The length of a term."""


class NotFitting(ValueError):
    """What is given does not fit together: the key of a sentence, and its facts."""

    def __init__(self, key: str, /, **facts: object) -> None:
        super().__init__(key)
        self.key, self.facts = key, facts


@dataclass(frozen=True)
class Mechanism:
    """A function with what it asks of a person and of the law."""

    name: str
    function: Callable[..., Any]
    inputs: type[BaseModel]
    figures: tuple[str, ...]
    unit: str | None

    def run(self, given: Mapping[str, Any], figures: Mapping[str, Any]) -> Any:
        """The answer; raises pydantic.ValidationError or NotFitting where that can't be."""
        inputs = self.inputs.model_validate(given)
        values = {name: getattr(inputs, name) for name in self.inputs.model_fields}
        return self.function(**values, **{name: figures[name] for name in self.figures})


MECHANISMS: dict[str, Mechanism] = {}
"""The mechanisms by name, as the modules that hold them are loaded."""


def mechanism(name: str) -> Callable[[F], F]:
    """Make a function a mechanism of that name."""

    def register(function: F) -> F:
        hints = get_type_hints(function, include_extras=True)
        parameters = signature(function).parameters.values()
        asked: dict[str, Any] = {
            one.name: (hints[one.name], ... if one.default is Parameter.empty else one.default)
            for one in parameters
            if one.kind is not Parameter.KEYWORD_ONLY
        }
        inputs = create_model(
            function.__name__,
            __config__=ConfigDict(extra="forbid"),
            __doc__=function.__doc__,
            **asked,
        )
        figures = tuple(one.name for one in parameters if one.kind is Parameter.KEYWORD_ONLY)
        units = [
            one.name
            for one in getattr(hints["return"], "__metadata__", ())
            if isinstance(one, Unit)
        ]
        MECHANISMS[name] = Mechanism(name, function, inputs, figures, units[0] if units else None)
        return function

    return register

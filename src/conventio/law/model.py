"""What the law's data is made of: sources, provisions, values, gaps, code sets, statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
    WrapValidator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from conventio.law.days import UNSTATED, Days

EXPECTED = "expected"
"""The type of an error whose message is what was expected."""

TOGETHER = "together"
"""The type of an error in what several properties say together; its message is whole."""


def _day(found: Any) -> date:
    if isinstance(found, str) and len(found) == len("2020-03-01"):
        try:
            return date.fromisoformat(found)
        except ValueError:
            pass
    if type(found) is date:
        return found
    raise PydanticCustomError(EXPECTED, "a day as 2020-03-01")


def bound(found: Any) -> date | None:
    """A bound as it is written; raises PydanticCustomError."""
    if found == UNSTATED:
        return None
    try:
        return _day(found)
    except PydanticCustomError:
        raise PydanticCustomError(EXPECTED, "a day as 2020-03-01, or `unstated`") from None


def _digit(found: Any) -> str:
    if isinstance(found, str) and found in tuple("0123456789"):
        return found
    raise PydanticCustomError(EXPECTED, "one digit")


def _figure(found: Any, handler: ValidatorFunctionWrapHandler) -> Any:
    try:
        return handler(found)
    except ValidationError:
        raise PydanticCustomError(EXPECTED, "a number, a day, a text, or true or false") from None


_DAY: dict[str, Any] = {"type": "string", "format": "date"}

Day = Annotated[date, BeforeValidator(_day), WithJsonSchema(_DAY)]

Bound = Annotated[
    date | None,
    BeforeValidator(bound),
    WithJsonSchema({"anyOf": [_DAY, {"const": UNSTATED}]}),
]
"""A date, or None where the source leaves it unstated (written `unstated`, never left out)."""

Text = Annotated[str, Field(min_length=1)]

Pair = Annotated[str, WithJsonSchema({"type": "string", "pattern": "^[0-9]{6}(-[0-9]{6})?$"})]
"""A pair of codes as `371114-371125`, or a single code."""

Whole = Annotated[int, Field(strict=True)]

Truth = Annotated[bool, Field(strict=True)]

Figure = Annotated[
    bool | int | Decimal | date | Text,
    WrapValidator(_figure),
    WithJsonSchema(
        {"anyOf": [{"type": ["boolean", "number"]}, {"type": "string", "minLength": 1}]}
    ),
]


class Model(BaseModel):
    """A part of the law's data: frozen, and with no property that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Dated(Model):
    """Something with the two axes of time: the days it holds, and since when it is known."""

    first: Bound = Field(alias="from")
    """The first day on which it holds."""
    last: Bound = Field(alias="to")
    """The last day on which it holds, included."""
    known: Bound
    """Since when it could be known: its publication or sending."""

    @property
    def days(self) -> Days:
        """The days on which it holds."""
        return Days(self.first, self.last)


class Source(Dated):
    """One document of the law."""

    key: Text
    """The name of its folder, with which the ids of its provisions begin."""
    title: Text
    document: Text
    """What the document is."""
    concluded: Day | None = None
    published: Bound = None


class Gap(Model):
    """What a source leaves open, and how it is treated."""

    open: Text
    """What the text elides, contradicts or leaves open."""
    treatment: Text
    """How it is treated here."""
    other: Text | None = None
    """The other reading, where there is one."""


class Value(Dated):
    """A figure of a provision, with its unit."""

    name: Text
    value: Figure
    unit: Text
    """`date` for a day; else what the number counts, as `EUR`, `%` or `times`."""
    supersedes: Text | None = None
    """The entry that it replaces on its days, as `name@from`; it must be known later."""

    _source: str = PrivateAttr(default="")

    @property
    def source(self) -> str | None:
        """The key of the source that gives it, where that is not the provision's own."""
        return self._source or None

    def given_by(self, source: str) -> Self:
        """The same, with the source that gives it."""
        self._source = source
        return self

    @property
    def entry(self) -> str:
        """The name of this entry among the figures of its provision."""
        return f"{self.name}@{self.first or UNSTATED}"

    @model_validator(mode="after")
    def _fits_its_unit(self) -> Self:
        number = isinstance(self.value, int | Decimal) and not isinstance(self.value, bool)
        if (self.unit == "date") != isinstance(self.value, date):
            raise PydanticCustomError(
                TOGETHER, "the unit `date` goes with a day as 2020-03-01 (without quotes), alone"
            )
        if ("EUR" in self.unit or "%" in self.unit) and not number:
            raise PydanticCustomError(
                TOGETHER, "the unit {unit} goes with a number (without quotes)", {"unit": self.unit}
            )
        return self


class GivenValue(Value):
    """A figure for a provision that another source holds."""

    provision: Text


ProvisionKind = Literal[
    "budget",
    "commitment",
    "deadline",
    "document",
    "eligibility",
    "formula",
    "monitoring",
    "parameter",
    "payment",
    "procedure",
    "rule",
    "status",
]


class Provision(Dated):
    """One numbered statement of a source."""

    id: Text
    """Its source's key, a slash, and its point."""
    point: Text
    """Where it stands in the source, as the source numbers it."""
    kind: ProvisionKind
    subject: Text
    says: Text
    """The rule itself, with its figures, in words of our own."""
    mechanism: Text | None = None
    """The function that works it out, with its figures."""
    values: tuple[Value, ...] = ()
    gaps: tuple[Gap, ...] = ()
    carried_out_by: Text | None = None
    """What the program as a whole does to carry it out, where no single rule or figure does."""

    @property
    def source(self) -> str:
        """The key of its source."""
        return self.id.split("/", 1)[0]


class CodeSet(Model):
    """A list of codes that a source prints."""

    set: Text
    """Its name: its source's key, a slash, and a word."""
    point: Text
    provision: Text
    codes: tuple[Pair, ...] = Field(default=(), min_length=1)
    """Pairs as `371114-371125`, or single codes."""
    input: Truth = False
    """Whether the source prints none, so that the codes are input: a set that supersedes it."""
    supersedes: Text | None = None
    """The set of the same name, in the law that this one is added to, whose place it takes."""

    @model_validator(mode="after")
    def _holds_codes(self) -> Self:
        if self.input == bool(self.codes):
            raise PydanticCustomError(
                TOGETHER, "give either `codes`, or `input: true` where the source prints none"
            )
        if self.supersedes not in (None, self.set):
            raise PydanticCustomError(
                TOGETHER, "`supersedes` names the set itself: {name}", {"name": self.set}
            )
        return self


class Properties(Model):
    """What may be stated of a code; see the table `nomenclature`."""

    article: Text | None = None
    section: Text | None = None
    kind: Text | None = None
    tooth: Literal["required", "none"] | None = None
    faces: Whole | None = Field(default=None, ge=1)
    images: Whole | None = Field(default=None, ge=1)
    minimum_age: Whole | None = Field(default=None, ge=0)
    maximum_age: Whole | None = Field(default=None, ge=0)
    valid_from: Day | None = None
    valid_to: Day | None = None
    label_fr: Text | None = None
    label_nl: Text | None = None

    @model_validator(mode="after")
    def _the_right_way_round(self) -> Self:
        for low, high in (("minimum_age", "maximum_age"), ("valid_from", "valid_to")):
            first, last = getattr(self, low), getattr(self, high)
            if first is not None and last is not None and last < first:
                says = f"{high} {last} comes before {low} {first}; correct one of them"
                raise PydanticCustomError(TOGETHER, "{says}", {"says": says})
        return self

    def stated(self) -> dict[str, Any]:
        """The properties that are stated."""
        return self.model_dump(exclude_none=True)


class Statement(Model):
    """What one basis says of some codes."""

    model_config = ConfigDict(
        json_schema_extra={"anyOf": [{"required": ["codes"]}, {"required": ["set"]}]}
    )

    basis: Text
    """A provision, a published page with its address, or `parallel:` with the reason."""
    codes: tuple[Pair, ...] = ()
    set: Text | None = None
    says: Properties = Properties()
    supersedes: Text | None = None
    """The basis of the statements that it contradicts and replaces, in what it says."""

    @model_validator(mode="after")
    def _speaks_of_codes(self) -> Self:
        if not self.codes and self.set is None:
            raise PydanticCustomError(TOGETHER, "speaks of no code; give `codes` or a `set`")
        return self


class Coverage(Dated):
    """Articles of the nomenclature for which a source holds application rules."""

    coverage: Text
    """Its name."""
    provision: Text
    """The provision that shows it."""
    articles: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The articles, written as in the column `article` of the nomenclature."""


class Reason(Model):
    """A reason code: the answer in one code of a system that others know."""

    system: Text
    code: Text
    meaning: Text

    @property
    def id(self) -> str:
        """System and code."""
        return f"{self.system}/{self.code}"


class Title(Model):
    """Whose title it is: the profession of those who can hold it."""

    title: Text
    profession: Text
    """A title that two professions can hold has a row for each."""
    basis: Text
    """A provision, a published page with its address, or our reading."""


class KindOfCode(Model):
    """Under which heading a finer kind of code stands; in several, it has a row for each."""

    kind: Text
    section: Text
    basis: Text
    """A provision, a published page with its address, or our reading."""


class Profession(Model):
    """Whose numbers begin with a digit."""

    digit: Annotated[str, BeforeValidator(_digit)]
    """The first digit of a practitioner's NIHDI number."""
    profession: Text
    basis: Text
    """A provision, a published page with its address, or what was observed."""

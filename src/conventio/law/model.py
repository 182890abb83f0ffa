"""What the law's data is made of: sources, provisions, values, gaps, code sets, statements."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from conventio.law.days import UNSTATED, Days

Bound = Annotated[date | None, BeforeValidator(lambda bound: None if bound == UNSTATED else bound)]
"""A date, or None where the source leaves it unstated (written `unstated`, never left out)."""

Text = Annotated[str, Field(min_length=1)]


class Model(BaseModel):
    """A part of the law's data: frozen, and with no property that is not named here."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Dated(Model):
    """Something with the two axes of time: the days it holds, and since when it is known."""

    first: Bound = Field(alias="from")
    last: Bound = Field(alias="to")
    known: Bound

    @property
    def days(self) -> Days:
        """The days on which it holds."""
        return Days(self.first, self.last)


class Source(Dated):
    """One document of the law."""

    key: Text
    title: Text
    document: Text
    concluded: date | None = None
    published: Bound = None


class Gap(Model):
    """What a source leaves open, and how it is treated."""

    open: Text
    treatment: Text
    other: Text | None = None


class Value(Dated):
    """A figure of a provision, with its unit."""

    name: Text
    value: bool | int | Decimal | date | Text
    unit: Text
    supersedes: str | None = None


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
    point: Text
    kind: ProvisionKind
    subject: Text
    says: Text
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
    point: Text
    provision: Text
    codes: tuple[Text, ...] = Field(min_length=1)


class Properties(Model):
    """What may be stated of a code; see the table `nomenclature`."""

    article: Text | None = None
    section: Text | None = None
    kind: Text | None = None
    tooth: Literal["required", "none"] | None = None
    faces: int | None = Field(default=None, ge=1)
    images: int | None = Field(default=None, ge=1)
    minimum_age: int | None = Field(default=None, ge=0)
    maximum_age: int | None = Field(default=None, ge=0)
    valid_from: date | None = None
    valid_to: date | None = None
    label_fr: Text | None = None
    label_nl: Text | None = None

    def stated(self) -> dict[str, Any]:
        """The properties that are stated."""
        return self.model_dump(exclude_none=True)


class Statement(Model):
    """What one basis says of some codes."""

    basis: Text
    codes: tuple[Text, ...] = ()
    set: Text | None = None
    says: Properties = Properties()


class Reason(Model):
    """A reason code: the answer in one code of a system that others know."""

    system: Text
    code: Text
    meaning: Text

    @property
    def id(self) -> str:
        """System and code."""
        return f"{self.system}/{self.code}"

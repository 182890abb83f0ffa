"""The claim rules as data: each kind of rule with the parameters that the law may give it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from conventio.law.days import UNSTATED
from conventio.law.model import TOGETHER, Dated, Model, Pair, Text, Truth, Whole

BooleanFact = Literal[
    "direct_method",
    "provisional",
    "examined",
    "urgent",
    "duty",
    "medical_case",
    "local_anaesthesia",
    "existing_denture",
    "report",
]
Fact = Literal["tooth", "surfaces", "images", "prescription_id", "justification", "setting", "site"]
Key = Literal["tooth", "calendar-year", "day", "session", "company"]
"""What groups are made by; `company` are the services that one goes with, named or in session."""
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]


class Codes(Model):
    """Which codes: those for which everything that is given holds, save the excepted."""

    codes: Annotated[tuple[Pair, ...], Field(min_length=1)] | None = None
    """Pairs as `371114-371125`, or single codes."""
    sets: Texts | None = None
    """Code sets by name."""
    articles: Texts | None = None
    sections: Texts | None = None
    kinds: Texts | None = None
    tooth: Literal["required", "none"] | None = None
    excepted: Codes | None = Field(default=None, alias="except")


class Rule(Dated):
    """One dated entry of a claim rule; `rule` names the rule, `provision` its legal point."""

    rule: Text
    """Its name, which its versions in time share."""
    provision: Text
    services: Codes
    """The services that it speaks of; `{}` is every one."""
    reason: Text
    """The reason code of a refusal or a warning, as `system/code`."""
    reason_unchecked: Text = "conventio/missing-fact"
    """The reason code where a fact is missing."""
    supersedes: Text | None = None
    """The entry that it replaces on its days, as `rule@from`; it must be known later."""

    @property
    def entry(self) -> str:
        """The name of this entry among those of its rule."""
        return f"{self.rule}@{self.first or UNSTATED}"


class KnownCode(Rule):
    """A code that the nomenclature does not hold is `unchecked`."""

    kind: Literal["known-code"]


class CodeInForce(Rule):
    """A code is refused outside its own days."""

    kind: Literal["code-in-force"]


class FeeKnown(Rule):
    """A warning where an amount can't be given."""

    kind: Literal["fee-known"]


class NeedsFact(Rule):
    """A fact that must be on the attestation: refused without it."""

    kind: Literal["needs-fact"]
    fact: Fact


class FactIs(Rule):
    """A declared fact that must be so: refused otherwise."""

    kind: Literal["fact-is"]
    fact: BooleanFact
    value: Truth = Field(alias="is")


class AgeBetween(Rule):
    """From one birthday (that day included) to another (that day excluded)."""

    kind: Literal["age-between"]
    from_birthday: Whole | None = Field(default=None, ge=0)
    to_birthday: Whole | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _between_two_birthdays(self) -> Self:
        first, last = self.from_birthday, self.to_birthday
        if first is None and last is None:
            raise PydanticCustomError(
                TOGETHER, "bounds no age; give `from_birthday`, `to_birthday` or both"
            )
        if first is not None and last is not None and last <= first:
            raise PydanticCustomError(
                TOGETHER,
                "from_birthday {first} leaves no age before to_birthday {last}; "
                "correct one of them",
                {"first": first, "last": last},
            )
        return self


class FacesFit(Rule):
    """The treated faces are recorded, and as many as the code has: else a warning."""

    kind: Literal["faces-fit"]
    or_more_from: Whole | None = Field(default=None, ge=1)
    """The number from which a code means so many faces or more."""


class Unsettled(Rule):
    """A condition that the text does not give: a warning, and no other effect."""

    kind: Literal["unsettled"]


class Permit(Model):
    """Who may perform which services; `refused_by` is cited where the title does not permit."""

    provision: Text
    titles: Texts
    services: Codes
    refused_by: Text | None = None
    """The provision cited where the title does not permit; its own where none is given."""
    unsettled: Truth = False
    """Whether the permission rests on conditions that the text does not give: a warning."""


class OnlyByTitle(Rule):
    """A service stands if a title valid that day permits it."""

    kind: Literal["only-by-title"]
    permits: tuple[Permit, ...] = Field(min_length=1)
    reason_warn: Text
    """The reason code of a permission that rests on conditions which the text does not give."""


class AtMost(Rule):
    """At most `limit` services (by count) in each group, whatever their order in time."""

    kind: Literal["at-most"]
    per: tuple[Key, ...]
    limit: Whole = Field(ge=0)


class NotTogether(Rule):
    """None of the services with any of the others in one group: the later is refused."""

    kind: Literal["not-together"]
    others: Codes
    per: tuple[Key, ...]


class NotAfter(Rule):
    """None of the services once one of the earlier ones was performed in the same group."""

    kind: Literal["not-after"]
    earlier: Codes
    per: tuple[Key, ...]


AnyRule = Annotated[
    KnownCode
    | CodeInForce
    | FeeKnown
    | NeedsFact
    | FactIs
    | AgeBetween
    | FacesFit
    | Unsettled
    | OnlyByTitle
    | AtMost
    | NotTogether
    | NotAfter,
    Field(discriminator="kind"),
]


class Accompanying(Model):
    """Services that go with others, and are decided after them."""

    accompanying: Text
    """Its name."""
    provision: Text
    services: Codes
    goes_with: Codes
    """The services after which it is decided."""

"""The claim rules as data: each kind of rule with the parameters that the law may give it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from conventio.law.model import Dated, Model, Text

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
Key = Literal["tooth", "calendar-year", "session"]


class Codes(Model):
    """Which codes: those for which everything that is given holds, save the excepted."""

    codes: tuple[Text, ...] | None = None
    sets: tuple[Text, ...] | None = None
    articles: tuple[Text, ...] | None = None
    sections: tuple[Text, ...] | None = None
    kinds: tuple[Text, ...] | None = None
    tooth: Literal["required", "none"] | None = None
    excepted: Codes | None = Field(default=None, alias="except")


class Rule(Dated):
    """One dated entry of a claim rule; `rule` names the rule, `provision` its legal point."""

    rule: Text
    provision: Text
    services: Codes
    reason: Text
    reason_unchecked: Text = "conventio/missing-fact"
    supersedes: str | None = None

    @property
    def entry(self) -> str:
        """The name of this entry among those of its rule."""
        return f"{self.rule}@{self.first or 'unstated'}"


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
    value: bool = Field(alias="is")


class AgeBetween(Rule):
    """From one birthday (that day included) to another (that day excluded)."""

    kind: Literal["age-between"]
    from_birthday: int | None = Field(default=None, ge=0)
    to_birthday: int | None = Field(default=None, ge=0)


class FacesFit(Rule):
    """The treated faces are recorded, and as many as the code has: else a warning."""

    kind: Literal["faces-fit"]
    or_more_from: int | None = Field(default=None, ge=1)
    """The number from which a code means so many faces or more."""


class Unsettled(Rule):
    """A condition that the text does not give: a warning, and no other effect."""

    kind: Literal["unsettled"]


class Permit(Model):
    """Who may perform which services; `refused_by` is cited where the title does not permit."""

    provision: Text
    titles: tuple[Text, ...] = Field(min_length=1)
    services: Codes
    refused_by: Text | None = None
    unsettled: bool = False
    """Whether the permission rests on conditions that the text does not give: a warning."""


class OnlyByTitle(Rule):
    """A service stands if a title valid that day permits it."""

    kind: Literal["only-by-title"]
    permits: tuple[Permit, ...] = Field(min_length=1)
    reason_warn: Text


class AtMost(Rule):
    """At most `limit` services (by count) in each group, whatever their order in time."""

    kind: Literal["at-most"]
    per: tuple[Key, ...]
    limit: int = Field(ge=0)


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
    provision: Text
    services: Codes
    goes_with: Codes

"""The claim rules as data: each kind of rule with the parameters that the law may give it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, get_args

from pydantic import BeforeValidator, Field, PrivateAttr, model_validator
from pydantic_core import PydanticCustomError

from conventio.law.calendar import holiday_names
from conventio.law.days import UNSTATED
from conventio.law.model import TOGETHER, Dated, Model, Pair, Text, Truth, Whole
from conventio.law.teeth import TeethName

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
    "pregnant",
    "digital_data_kept",
    "most_indicated",
    "substitution_explained",
    "prescriptions.in_treatment",
    "prescriptions.model_form",
    "prescriptions.signed",
]
"""Declared facts of a service, and of the prescription that it carries out."""
Fact = Literal[
    "tooth",
    "surfaces",
    "images",
    "prescription_id",
    "justification",
    "earlier_images",
    "requirement",
    "setting",
    "site",
    "prescriptions.patient_id",
    "prescriptions.patient_name",
    "prescriptions.patient_first_names",
    "prescriptions.patient_birth_date",
    "prescriptions.patient_sex",
    "prescriptions.clinical_information",
    "prescriptions.diagnostic_question",
    "prescriptions.further_information",
    "prescriptions.proposed_examinations",
    "prescriptions.earlier_examinations",
    "prescriptions.prescriber",
    "prescriptions.prescriber_profession",
    "prescriptions.prescriber_name",
    "prescriptions.prescriber_first_name",
    "prescriptions.prescriber_address",
    "prescriptions.prescribed_on",
    "prescriptions.signature",
]
"""Other facts of a service, and of the prescription that it carries out."""
Key = Literal["tooth", "calendar-year", "day", "session", "company"]
"""What groups are made by; `company` are the services that one goes with, named or in session."""
Texts = Annotated[tuple[Text, ...], Field(min_length=1)]
Sex = Literal["female", "male", "other", "unknown"]
"""The words of the input for a patient's sex."""


def _as_many(choice: Any) -> Any:
    """One choice of codes as a list of one."""
    return [choice] if isinstance(choice, Mapping) else choice


Property = Literal["article", "section", "kind", "tooth"]
"""What may be known of a code, and asked."""


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
    unknown: Annotated[tuple[Property, ...], Field(min_length=1)] | None = None
    """Properties that nobody states of them."""
    excepted: Annotated[
        tuple[Codes, ...],
        BeforeValidator(_as_many, json_schema_input_type="Codes | tuple[Codes, ...]"),
    ] = Field(default=(), alias="except")
    """Those left out: one choice of codes, or several."""


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
    subject: Text | None = None
    """What it is about, where the provision's own subject does not say it."""

    _source: str = PrivateAttr(default="")

    @property
    def entry(self) -> str:
        """The name of this entry among those of its rule."""
        return f"{self.rule}@{self.first or UNSTATED}"

    @property
    def source(self) -> str:
        """The key of the source that it was read from, which may not be that of its provision."""
        return self._source or self.provision.split("/", 1)[0]

    def read_from(self, source: str) -> Self:
        """The same, with the source that it was read from."""
        self._source = source
        return self

    @property
    def speaks_for_itself(self) -> bool:
        """Whether it is of another source than its provision, whose words are not about it."""
        return self.source != self.provision.split("/", 1)[0]


_NAMES_A_FACT = ("fact", "unless")
_OF_PRESCRIPTIONS = ("known-prescription", "prescription-fits")


def _in_order(first: int | None, last: int | None) -> None:
    if first is not None and last is not None and last <= first:
        raise PydanticCustomError(
            TOGETHER,
            "from_birthday {first} leaves no age before to_birthday {last}; correct one of them",
            {"first": first, "last": last},
        )


class Patients(Model):
    """Some patients: by their sex, from one birthday (that day included) to another (excluded)."""

    sexes: Annotated[tuple[Sex, ...], Field(min_length=1)] | None = None
    from_birthday: Whole | None = Field(default=None, ge=0)
    to_birthday: Whole | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _between_two_birthdays(self) -> Self:
        _in_order(self.from_birthday, self.to_birthday)
        return self


class RowRule(Rule):
    """A rule that asks something of one service by itself."""

    when: Literal["always", "prescribed", "prescription-known"] = "always"
    """Whether it speaks only of services on prescription, or of those with a prescription given."""
    patients: Patients | None = None
    """Of whose services alone it speaks; a patient of unknown sex or age may be one of them."""

    @model_validator(mode="after")
    def _asks_of_a_prescription_where_there_is_one(self) -> Self:
        named = (*getattr(self, "facts", ()), *(getattr(self, one, "") for one in _NAMES_A_FACT))
        asks = any(str(fact).startswith("prescriptions.") for fact in named)
        if self.when == "always" and (asks or getattr(self, "kind", "") in _OF_PRESCRIPTIONS):
            raise PydanticCustomError(
                TOGETHER, "asks about the prescription of services that may have none; give `when`"
            )
        return self


class KnownCode(Rule):
    """A code that the nomenclature does not hold is `unchecked`."""

    kind: Literal["known-code"]


class CodeInForce(Rule):
    """A code is refused outside its own days."""

    kind: Literal["code-in-force"]


class FeeKnown(Rule):
    """A warning where an amount can't be given."""

    kind: Literal["fee-known"]


class NeedsFact(RowRule):
    """Facts that must be on the attestation or prescription: refused without them, each named."""

    kind: Literal["needs-fact"]
    facts: Annotated[tuple[Fact, ...], Field(min_length=1)]


class FactIs(RowRule):
    """A declared fact that must be so: refused otherwise."""

    kind: Literal["fact-is"]
    fact: BooleanFact
    value: Truth = Field(alias="is")
    otherwise: Literal["refuse", "warn"] = "refuse"
    empty: Literal["unchecked", "fits"] = "unchecked"
    """Whether the fact has to be given, or an empty cell says that the question does not arise."""


class FactAbsent(RowRule):
    """A fact that may not be given: refused with it."""

    kind: Literal["fact-absent"]
    fact: Fact


class FactAmong(RowRule):
    """A fact that must be among some values: refused otherwise."""

    kind: Literal["fact-among"]
    fact: Fact
    values: Texts
    undecided: tuple[Text, ...] = ()
    """Values of which the text does not say whether they are among them: `unchecked`."""
    reason_undecided: Text = "conventio/unsettled-condition"
    """The reason code of an undecided value."""


class ToothAmong(RowRule):
    """A tooth that must be among some, named by what the dental notation says of them."""

    kind: Literal["tooth-among"]
    teeth: Annotated[tuple[TeethName, ...], Field(min_length=1)]


class AgeBetween(RowRule):
    """From one birthday (that day included) to another (that day excluded)."""

    kind: Literal["age-between"]
    from_birthday: Whole | None = Field(default=None, ge=0)
    to_birthday: Whole | None = Field(default=None, ge=0)
    otherwise: Literal["refuse", "warn"] = "refuse"

    @model_validator(mode="after")
    def _between_two_birthdays(self) -> Self:
        if self.from_birthday is None and self.to_birthday is None:
            raise PydanticCustomError(
                TOGETHER, "bounds no age; give `from_birthday`, `to_birthday` or both"
            )
        _in_order(self.from_birthday, self.to_birthday)
        return self


class AgeOutside(RowRule):
    """Before one birthday, or from another on; or whatever the age where a fact is declared."""

    kind: Literal["age-outside"]
    from_birthday: Whole = Field(ge=0)
    to_birthday: Whole = Field(ge=0)
    unless: BooleanFact | None = None

    @model_validator(mode="after")
    def _between_two_birthdays(self) -> Self:
        _in_order(self.from_birthday, self.to_birthday)
        return self


class NoPatientShare(Rule):
    """Between two birthdays the patient has no share: the whole agreed fee is reimbursed."""

    kind: Literal["no-patient-share"]
    from_birthday: Whole = Field(ge=0)
    to_birthday: Whole = Field(ge=0)

    @model_validator(mode="after")
    def _between_two_birthdays(self) -> Self:
        _in_order(self.from_birthday, self.to_birthday)
        return self


class Hours(Model):
    """Hours of some days; the end is not included, and may lie on the next day."""

    days: Annotated[
        tuple[Literal["any", "saturday", "sunday", "holiday", "bridge-day"], ...],
        Field(min_length=1),
    ]
    start: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    end: Annotated[str, Field(pattern=r"^\d\d:\d\d$")]
    with_duty: Truth = False
    """Whether only within an organised duty service."""
    refused_by: Text | None = None
    """The provision cited where only the duty service is wanting."""


class AtHours(Rule):
    """A rule that asks for some hours of some days."""

    calendar: Text
    """The country whose holidays count, by its two letters."""
    holidays: Texts
    """The holidays that count, by their English names."""
    hours: Annotated[tuple[Hours, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _known_holidays(self) -> Self:
        known = holiday_names(self.calendar)
        unknown = [name for name in self.holidays if name not in known]
        if unknown:
            raise PydanticCustomError(
                TOGETHER,
                "the calendar of {country} has no holiday {unknown}; its holidays are {known}",
                {
                    "country": self.calendar,
                    "unknown": " or ".join(unknown),
                    "known": ", ".join(sorted(known)) or "not known",
                },
            )
        return self


class OnlyAtHours(AtHours):
    """Services that begin at some hours only."""

    kind: Literal["only-at-hours"]


class NotWithPublicOffer(RowRule):
    """Outside organised duty, not by who offers care to the public at those hours."""

    kind: Literal["not-with-public-offer"]


class KnownPrescription(RowRule):
    """A service on a prescription that is not given is `unchecked`."""

    kind: Literal["known-prescription"]


class PrescriptionFits(RowRule):
    """A prescription of another patient refuses; another birth date, a later day: `unchecked`."""

    kind: Literal["prescription-fits"]
    by: Literal["patient", "birth-date", "day"]
    """What of it has to fit: whom it names, the birth date on it, or its date."""


class NeedsAuthorisation(Rule):
    """Authorisations that the practitioner must hold on the day, each one of them."""

    kind: Literal["needs-authorisation"]
    authorisations: Texts
    where_given: Truth = False
    """Whether it is run only where the table has one of each, whoever holds it."""


class EnoughImages(RowRule):
    """At least as many images as the code asks."""

    kind: Literal["enough-images"]


class FacesFit(RowRule):
    """The treated faces are recorded, and as many as the code has: else a warning."""

    kind: Literal["faces-fit"]
    or_more_from: Whole | None = Field(default=None, ge=1)
    """The number from which a code means so many faces or more."""


class Unsettled(RowRule):
    """A condition that the text does not give: a warning, and no other effect."""

    kind: Literal["unsettled"]


class AwaitsInput(Rule):
    """A rule of which no source prints everything: not run, until an added one supersedes it."""

    kind: Literal["awaits-input"]
    becomes: Text
    """The kind of the rule that it is once everything is given."""
    input: Texts
    """The settings of that kind that must be given."""
    settings: Mapping[str, Any] = Field(default_factory=dict)
    """Those that the source prints."""

    @model_validator(mode="after")
    def _has_the_settings_of_its_kind(self) -> Self:
        model = next((one for one in RULES if kind_of(one) == self.becomes), None)
        if model is None:
            raise PydanticCustomError(
                TOGETHER, "there is no kind {kind} that it could become", {"kind": self.becomes}
            )
        own = {
            field.alias or name: field.is_required()
            for name, field in model.model_fields.items()
            if name not in RowRule.model_fields and name != "kind"
        }
        named = {*self.input, *self.settings}
        if named - set(own) or {name for name, needed in own.items() if needed} - named:
            raise PydanticCustomError(
                TOGETHER,
                "`input` and `settings` name {named}, and the settings of {kind} are {own}",
                {"named": ", ".join(sorted(named)), "kind": self.becomes, "own": ", ".join(own)},
            )
        return self


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


class OnlyByProfession(Rule):
    """A service stands if the practitioner's profession has a title that permits it."""

    kind: Literal["only-by-profession"]
    permits: tuple[Permit, ...] = Field(min_length=1)


class Covered(Rule):
    """A code of whose article no application rules are held is `unchecked`."""

    kind: Literal["covered"]


class AgeKnown(Rule):
    """A service before its patient's birth is `unchecked`: the age on the day is not known."""

    kind: Literal["age-known"]


class NotBeforeBirth(Rule):
    """A service before its patient's birth: a warning that names both days."""

    kind: Literal["not-before-birth"]


class NotAfterCheck(Rule):
    """A service after the day of the check: a warning that names both days."""

    kind: Literal["not-after-check"]


class NotTwice(Rule):
    """The same service twice, under another name: a warning at the later one."""

    kind: Literal["not-twice"]


class OneAttestation(Rule):
    """An attestation with a second patient or practitioner: a warning where it is seen."""

    kind: Literal["one-attestation"]


class IdsAlike(Rule):
    """Ids that differ by spaces at an end or by capitals only: a warning at the later."""

    kind: Literal["ids-alike"]


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
    otherwise: Literal["refuse", "unchecked"] = "refuse"
    """Whether the later is refused, or it can't be told whether it has to be."""


class NotAfter(Rule):
    """None of the services once one of the earlier ones was performed in the same group."""

    kind: Literal["not-after"]
    earlier: Codes
    per: tuple[Key, ...]


class GoesWith(Rule):
    """Services that stand only where one of those they go with stands."""

    kind: Literal["goes-with"]
    others: Codes
    per: Annotated[tuple[Key, ...], Field(min_length=1)]
    unknown: Literal["refuse", "unchecked"]
    """The answer where none of those they could go with is known at all."""


class Also(Model):
    """What some of the services of a rule may go with besides."""

    services: Codes
    others: Codes


class GoesNotWith(Rule):
    """Services that do not stand on the excluded ones alone: they need another to go with."""

    kind: Literal["goes-not-with"]
    excluded: Codes
    others: Codes
    also: Also | None = None
    """What some of them may go with besides."""
    in_doubt: Codes | None = None
    """Those of which it is not known whether they are excluded: on them alone, `unchecked`."""
    per: Annotated[tuple[Key, ...], Field(min_length=1)]


class GoesWithTitled(Rule):
    """Services that go with the titled ones only where their practitioner holds a title."""

    kind: Literal["goes-with-titled"]
    titled: Codes
    """Those that they go with where the practitioner of these holds one of the titles that day."""
    titles: Texts
    others: Codes
    """Those that they go with whoever performs them."""
    also: Also | None = None
    """What some of the services may go with besides."""
    per: Annotated[tuple[Key, ...], Field(min_length=1)]


class GoesWithAtHours(AtHours):
    """Services that stand only where one of those they go with is of that day and those hours."""

    kind: Literal["goes-with-at-hours"]
    others: Codes
    also: Also | None = None
    """What some of the services may go with besides."""
    per: Annotated[tuple[Key, ...], Field(min_length=1)]


class ByRate(Rule):
    """Supplements whose fee is a share of the fees of those they go with; no other effect.

    Where relative values in two letters occur among these, those in one become those in the other.
    """

    kind: Literal["by-rate"]
    from_letter: Text
    into_letter: Text
    times: Annotated[Decimal, Field(gt=0, lt=10)]
    """By which factor relative values are converted."""


AnyRule = Annotated[
    KnownCode
    | CodeInForce
    | FeeKnown
    | NeedsFact
    | FactIs
    | FactAbsent
    | FactAmong
    | ToothAmong
    | AgeBetween
    | AgeOutside
    | NoPatientShare
    | OnlyAtHours
    | NotWithPublicOffer
    | KnownPrescription
    | PrescriptionFits
    | NeedsAuthorisation
    | EnoughImages
    | FacesFit
    | Unsettled
    | AwaitsInput
    | OnlyByTitle
    | OnlyByProfession
    | Covered
    | AgeKnown
    | NotBeforeBirth
    | NotAfterCheck
    | NotTwice
    | OneAttestation
    | IdsAlike
    | AtMost
    | NotTogether
    | NotAfter
    | GoesWith
    | GoesNotWith
    | GoesWithTitled
    | GoesWithAtHours
    | ByRate,
    Field(discriminator="kind"),
]


RULES: tuple[type[Rule], ...] = get_args(get_args(AnyRule)[0])
"""The models of the entries of each kind."""


def kind_of(model: type[Rule]) -> str:
    """The kind of the entries that a model reads."""
    kind: str = get_args(model.model_fields["kind"].annotation)[0]
    return kind


class Accompanying(Model):
    """Services that go with others, and are decided after them."""

    accompanying: Text
    """Its name."""
    provision: Text
    services: Codes
    goes_with: Codes
    """The services after which it is decided."""

"""Every table and column a folder may hold, as data (the contract: "A folder of tables")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Type = Literal[
    "text",
    "code",
    "nihdi",
    "date",
    "datetime",
    "integer",
    "boolean",
    "money",
    "decimal",
    "choice",
    "tooth",
    "surfaces",
    "time",
]

ENGINE_TYPES: dict[Type, str] = {
    "text": "string",
    "code": "string",
    "nihdi": "string",
    "date": "date",
    "datetime": "timestamp",
    "integer": "int64",
    "boolean": "boolean",
    "money": "decimal(12,2)",
    "decimal": "decimal(18,6)",
    "choice": "string",
    "tooth": "string",
    "surfaces": "string",
    "time": "int64",
}
"""What each type is in the engine; `time` is minutes since midnight, 24:00 being 1440."""

TEETH = tuple(
    f"{quadrant}{place}"
    for quadrant in range(1, 9)
    for place in range(1, 9 if quadrant <= 4 else 6)
)
"""The 52 tooth positions of ISO 3950: 32 permanent, 20 deciduous."""

SURFACES = "MODVLPIB"


@dataclass(frozen=True)
class Column:
    """One column: its words, its type, and which values it takes."""

    name: str
    type: Type
    meaning: str
    unit: str | None = None
    required: bool = False
    allowed: tuple[str, ...] | None = None
    open: bool = False
    """Other values than the allowed ones are taken too, with a warning."""
    minimum: int | None = None
    maximum: int | None = None
    unique: bool = False
    """No two rows of the table have the same value."""
    nullable: bool = False
    """The column is required but may be empty in a row: a missing fact."""

    @property
    def engine_type(self) -> str:
        """Its type in the engine, as Ibis writes it."""
        return ENGINE_TYPES[self.type]

    @property
    def holds_words(self) -> bool:
        """Whether its values are texts, be they of digits."""
        return self.engine_type == "string"

    @property
    def identifies(self) -> bool:
        """Whether its texts name something, and say nothing by themselves."""
        return self.name.endswith("_id") or self.name in ("site", "insurer", "requirement")

    @property
    def of_person(self) -> bool:
        """Whether it takes the name of a person, which may be any."""
        return self.name == "name" or self.name.endswith(("_name", "_first_names"))


@dataclass(frozen=True)
class Table:
    """One table: its columns in the order of the contract."""

    name: str
    meaning: str
    columns: tuple[Column, ...]
    required: bool = False
    periods: str | None = None
    """The column whose rows may not overlap in valid_from..valid_to, where there is one."""

    def column(self, name: str) -> Column:
        """The column of that name; KeyError where there is none."""
        return self._by_name()[name]

    def names(self) -> tuple[str, ...]:
        """The names of its columns, in order."""
        return tuple(column.name for column in self.columns)

    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}


def _valid(what: str) -> tuple[Column, Column]:
    return (
        Column("valid_from", "date", f"first day of {what}; empty: always"),
        Column("valid_to", "date", f"last day of {what}, included; empty: still open"),
    )


def _yes(name: str, meaning: str) -> Column:
    return Column(name, "boolean", meaning)


_SERVICES = Table(
    "services",
    "the services of attestations, one row a line of an attestation",
    (
        Column("service_id", "text", "identifies the service", required=True, unique=True),
        Column("attestation_id", "text", "the attestation it stands on", required=True),
        Column("patient_id", "text", "the patient", required=True),
        Column("practitioner", "nihdi", "the practitioner who performed it", required=True),
        Column(
            "performed_at",
            "datetime",
            "when it was performed; a date alone is 00:00; empty: not known",
            "Brussels time",
            required=True,
            nullable=True,
        ),
        Column("code", "code", "nomenclature code", required=True),
        Column("line", "integer", "its line on the attestation", minimum=0),
        Column("count", "integer", "how many times; empty: 1", minimum=1, maximum=999_999),
        Column("session_id", "text", "the session; empty: practitioner, patient and day"),
        Column("tooth", "tooth", "tooth position in ISO 3950 notation"),
        Column("surfaces", "surfaces", f"treated faces, letters of {SURFACES}"),
        Column("fee", "money", "what was charged, up to the agreed fee", "EUR"),
        Column("supplement", "money", "what was charged above the agreed fee", "EUR"),
        Column(
            "third_party",
            "choice",
            "third-party payment",
            allowed=("none", "mandatory", "optional", "exceptional"),
        ),
        Column(
            "setting",
            "choice",
            "where the patient was cared for",
            allowed=("ambulatory", "day_hospital", "hospital"),
        ),
        Column("site", "text", "the place of practice"),
        _yes("urgent", "urgent care"),
        _yes("duty", "within an organised duty service"),
        Column("requirement", "text", "particular requirement of the patient, by provision point"),
        Column("related_service_id", "text", "the service that this one goes with"),
        Column("prescription_id", "text", "the prescription it carries out"),
        Column("images", "integer", "number of images", "images", minimum=0),
        _yes("direct_method", "made directly in the mouth"),
        _yes("provisional", "a provisional filling or restoration"),
        _yes("examined", "a clinical examination was done before"),
        Column(
            "earlier_images",
            "choice",
            "what earlier images offer",
            allowed=("none", "insufficient", "sufficient"),
        ),
        Column("justification", "text", "the reason written in the file"),
        _yes("pregnant", "the patient is pregnant"),
        _yes("medical_case", "a medical case of the kind that the provision names"),
        _yes("local_anaesthesia", "under local anaesthesia"),
        _yes("existing_denture", "the patient has a denture already"),
        _yes("report", "a written report is kept"),
        _yes("digital_data_kept", "the digital data are kept in the patient's file"),
        _yes("most_indicated", "of a prescribed examination: the most indicated one was made"),
        _yes(
            "substitution_explained",
            "the report explains why another examination was made than the one proposed; "
            "empty: none was",
        ),
        Column(
            "decided",
            "choice",
            "an earlier decision: the row is history and is not decided again",
            allowed=("accepted", "refused", "unchecked"),
        ),
    ),
    required=True,
)

_PATIENTS = Table(
    "patients",
    "the patients, one row each",
    (
        Column("patient_id", "text", "identifies the patient", required=True, unique=True),
        Column("birth_date", "date", "day of birth"),
        Column("sex", "choice", "sex", allowed=("female", "male", "other", "unknown")),
        _yes("preferential", "has preferential reimbursement"),
        Column("taxable_income", "money", "taxable income of the household", "EUR a year"),
        Column("titulars", "integer", "holders of entitlement", "persons", minimum=0),
        Column("dependants", "integer", "dependants", "persons", minimum=0),
    ),
)

_PRACTITIONERS = Table(
    "practitioners",
    "the practitioners, one row each",
    (
        Column("practitioner", "nihdi", "NIHDI number", required=True, unique=True),
        Column(
            "profession",
            "choice",
            "profession",
            allowed=("dentist", "doctor", "physiotherapist"),
        ),
        Column("name", "text", "name"),
        _yes("public_offer_covers_duty_hours", "what is offered publicly covers the duty hours"),
    ),
)

_TITLES = Table(
    "titles",
    "the professional titles of practitioners, one row a title and period",
    (
        Column("practitioner", "nihdi", "NIHDI number", required=True),
        Column(
            "title",
            "choice",
            "professional title",
            required=True,
            allowed=(
                "general-dentist",
                "candidate-general-dentist",
                "orthodontist",
                "candidate-orthodontist",
                "periodontist",
                "candidate-periodontist",
                "stomatologist",
                "doctor-dentist",
                "radiologist",
                "general-practitioner",
            ),
            open=True,
        ),
        *_valid("the title"),
    ),
)

_AUTHORISATIONS = Table(
    "authorisations",
    "authorisations to use X-rays, one row an authorisation and period",
    (
        Column("practitioner", "nihdi", "NIHDI number", required=True),
        Column(
            "kind",
            "choice",
            "what is authorised",
            required=True,
            allowed=(
                "xray-authorisation",
                "xray-acceptance",
                "xray-control",
                "xray-establishment",
                "xray-establishment-control",
            ),
        ),
        *_valid("the authorisation"),
    ),
)

_DECLARATIONS = Table(
    "declarations",
    "what practitioners told the authority about their convention status, one row an event",
    (
        Column("declaration_id", "text", "identifies the declaration", required=True, unique=True),
        Column("practitioner", "nihdi", "NIHDI number", required=True),
        Column("agreement", "text", "the agreement concerned, by its key", required=True),
        Column(
            "kind",
            "choice",
            "what is declared",
            required=True,
            allowed=("refusal", "partial", "adherence", "change", "denunciation"),
        ),
        Column("sent_at", "datetime", "when it was sent", "Brussels time"),
        Column("registered_at", "datetime", "when it was registered", "Brussels time"),
        Column("channel", "choice", "how it was sent", allowed=("registered-letter", "online")),
        Column("effective_on", "date", "first day it takes effect"),
        Column("posted_on", "date", "day it was posted up for patients"),
        Column("for_year", "integer", "the year it is about", minimum=1900, maximum=2999),
    ),
)

_TIMETABLES = Table(
    "timetables",
    "the hours that a declaration of partial status lists, one row a period of a weekday",
    (
        Column("declaration_id", "text", "the declaration", required=True),
        Column("weekday", "integer", "1 Monday to 7 Sunday", required=True, minimum=1, maximum=7),
        Column("start", "time", "from this minute on", "Brussels time", required=True),
        Column("end", "time", "up to this minute, not included", "Brussels time", required=True),
        Column("site", "text", "the place of practice"),
        Column("regime", "choice", "which fees apply", allowed=("agreed", "free")),
        Column(
            "kind",
            "choice",
            "kind of practice",
            allowed=("practice", "hospital-ambulatory"),
            open=True,
        ),
    ),
)

_PRESCRIPTIONS = Table(
    "prescriptions",
    "prescriptions of radiography and what stands on them (nomenclature-6/17.3-2), one row each",
    (
        Column(
            "prescription_id", "text", "identifies the prescription", required=True, unique=True
        ),
        Column("prescriber", "nihdi", "g) the prescriber's number"),
        Column("patient_id", "text", "the patient"),
        Column("patient_name", "text", "a) the patient's name"),
        Column("patient_first_names", "text", "a) the patient's first names"),
        Column("patient_birth_date", "date", "a) the patient's day of birth"),
        Column(
            "patient_sex",
            "choice",
            "a) the patient's sex",
            allowed=("female", "male", "other", "unknown"),
        ),
        Column("clinical_information", "text", "b) relevant clinical information"),
        Column("diagnostic_question", "text", "c) explanation of the diagnostic question"),
        Column("further_information", "text", "d) relevant further information; `none` counts"),
        Column("proposed_examinations", "text", "e) examinations proposed"),
        Column("earlier_examinations", "text", "f) relevant earlier examinations; `none` counts"),
        Column("prescriber_name", "text", "g) the prescriber's name"),
        Column("prescriber_first_name", "text", "g) the prescriber's first name"),
        Column("prescriber_address", "text", "g) the prescriber's address"),
        Column("prescribed_on", "date", "h) the date"),
        _yes("signed", "i) it bears a signature"),
        _yes("in_treatment", "the prescriber has the patient in treatment"),
        _yes("model_form", "it is on a form with what the model form asks"),
    ),
)

_BRIDGE_DAYS = Table(
    "bridge_days",
    "days that the authority declared to be bridge days",
    (Column("date", "date", "the day", required=True),),
)

_SUPPLEMENT_RATES = Table(
    "supplement_rates",
    "the supplement of urgent or other services, as a rate or as an amount",
    (
        Column("code", "code", "nomenclature code", required=True),
        *_valid("the rate"),
        Column("rate", "decimal", "share of the fee: 0.5 is half of it", "of the fee", minimum=0),
        Column("amount", "money", "amount", "EUR"),
    ),
    periods="code",
)

_FEES = Table(
    "fees",
    "agreed fees and reimbursements, one row a code and period",
    (
        Column("code", "code", "nomenclature code", required=True),
        *_valid("the amounts"),
        Column("fee", "money", "agreed fee", "EUR", required=True),
        Column("maximum_fee", "money", "maximum fee, where a provision sets one", "EUR"),
        Column("reimbursement", "money", "reimbursement without preferential regime", "EUR"),
        Column("reimbursement_preferential", "money", "reimbursement with it", "EUR"),
        Column("category", "text", "category that the schedule gives the code"),
        Column("letter", "text", "key letter"),
        Column("coefficient", "decimal", "coefficient of the key letter", minimum=0),
    ),
    periods="code",
)

_LETTERS = Table(
    "letters",
    "values of the key letters, one row a letter, group and period",
    (
        Column("letter", "text", "key letter", required=True),
        Column("group", "text", "group of services for which it has this value"),
        *_valid("the value"),
        Column("value", "decimal", "value of the letter", "EUR", required=True, minimum=0),
    ),
)

_FEE_LETTERS = Table(
    "fee_letters",
    "the key letters of a fee that is made of several, one row a code, letter and period",
    (
        Column("code", "code", "nomenclature code", required=True),
        Column("letter", "text", "key letter", required=True),
        Column("group", "text", "group of services for which the letter has a value"),
        Column("coefficient", "decimal", "coefficient of the letter", required=True, minimum=0),
        *_valid("the coefficient"),
    ),
)

_NOMENCLATURE = Table(
    "nomenclature",
    "rows that add to the shipped nomenclature or replace rows of it, one row a code",
    (
        Column("code", "code", "nomenclature code", required=True, unique=True),
        Column(
            "pair_code",
            "code",
            "the other code of its ambulatory-hospitalised pair, which is next to it",
            unique=True,
        ),
        Column("article", "text", "article of the nomenclature, such as 5 or 17ter"),
        Column(
            "section",
            "choice",
            "heading",
            allowed=(
                "consultation",
                "preventive",
                "conservative",
                "extraction",
                "removable-denture",
                "periodontology",
                "orthodontics",
                "radiography",
                "implant",
                "urgent-supplement",
            ),
            open=True,
        ),
        Column(
            "kind",
            "choice",
            "what it is, finer than the section",
            allowed=(
                "filling-1",
                "filling-2",
                "filling-3",
                "cusp",
                "incisal-edge",
                "crown-buildup",
                "prefabricated-crown",
                "suture",
                "sealing",
                "panoramic",
                "subgingival-scaling",
                "anchoring",
                "extraction",
                "root-removal",
                "restoration",
                "root-canal",
                "pulpotomy",
                "cone-beam-ct",
                "radiograph",
                "consultation",
                "consultation-supplement",
                "home-visit",
                "oral-examination",
                "periodontal-examination",
                "periodontal-index",
                "prophylactic-cleaning",
                "scaling",
                "plus",
            ),
            open=True,
        ),
        Column(
            "tooth",
            "choice",
            "whether the attestation names a tooth",
            allowed=("required", "none", "unknown"),
        ),
        Column("faces", "integer", "faces treated", "faces", minimum=1, maximum=5),
        Column("images", "integer", "least number of images", "images", minimum=0),
        Column("minimum_age", "integer", "youngest age", "years", minimum=0, maximum=150),
        Column("maximum_age", "integer", "oldest age, included", "years", minimum=0, maximum=150),
        Column("label_fr", "text", "French label"),
        Column("label_nl", "text", "Dutch label"),
        Column("basis", "text", "where the row comes from"),
        *_valid("the code"),
    ),
)

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        _SERVICES,
        _PATIENTS,
        _PRACTITIONERS,
        _TITLES,
        _AUTHORISATIONS,
        _DECLARATIONS,
        _TIMETABLES,
        _PRESCRIPTIONS,
        _BRIDGE_DAYS,
        _SUPPLEMENT_RATES,
        _FEES,
        _LETTERS,
        _FEE_LETTERS,
        _NOMENCLATURE,
    )
}

BESIDE_SERVICES = (
    "patients",
    "practitioners",
    "titles",
    "authorisations",
    "prescriptions",
    "bridge_days",
    "supplement_rates",
    "fees",
    "letters",
    "fee_letters",
    "nomenclature",
)
"""The tables beside the services that the claim rules and the price ask."""

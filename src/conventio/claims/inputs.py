"""The tables that the rules read, as the engine holds them; only the columns that are used."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import ibis
import ibis.expr.types as ir

from conventio.folder.tables import TABLES
from conventio.law.rules import Key


def given(name: str, *columns: str, **derived: str) -> ir.Table:
    """A table of the input with some of its columns, and those that reading adds."""
    types = {column: TABLES[name].column(column).engine_type for column in columns}
    return ibis.table({**types, **derived}, name=name)


SERVICES = given(
    "services",
    "service_id",
    "attestation_id",
    "patient_id",
    "practitioner",
    "performed_at",
    "code",
    "line",
    "count",
    "session_id",
    "related_service_id",
    "tooth",
    "surfaces",
    "images",
    "setting",
    "site",
    "prescription_id",
    "justification",
    "earlier_images",
    "requirement",
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
    "fee",
    "supplement",
    "decided",
    row="int64",
    performed_utc="timestamp",
    performed_on="date",
    timed="boolean",
)

PATIENTS = given("patients", "patient_id", "birth_date", "sex", "preferential")

PRACTITIONERS = given("practitioners", "practitioner", "public_offer_covers_duty_hours")

PRESCRIPTIONS = given(
    "prescriptions",
    "prescription_id",
    "prescriber",
    "patient_id",
    "patient_name",
    "patient_first_names",
    "patient_birth_date",
    "patient_sex",
    "clinical_information",
    "diagnostic_question",
    "further_information",
    "proposed_examinations",
    "earlier_examinations",
    "prescriber_name",
    "prescriber_first_name",
    "prescriber_address",
    "prescribed_on",
    "signed",
    "in_treatment",
    "model_form",
)

PROFESSIONS = ibis.table({"digit": "string", "profession": "string"}, name="professions")
"""The profession that the first digit of a practitioner's number says."""

AUTHORISATIONS = given("authorisations", "practitioner", "kind", "valid_from", "valid_to")

BRIDGE_DAYS = given("bridge_days", "date")

TITLES = given("titles", "practitioner", "title", "valid_from", "valid_to")

FEES = given(
    "fees",
    "code",
    "valid_from",
    "valid_to",
    "fee",
    "maximum_fee",
    "reimbursement",
    "reimbursement_preferential",
    "letter",
    "coefficient",
)

LETTERS = given("letters", "letter", "group", "valid_from", "valid_to", "value")

FEE_LETTERS = given(
    "fee_letters", "code", "letter", "group", "coefficient", "valid_from", "valid_to"
)

SUPPLEMENT_RATES = given("supplement_rates", "code", "valid_from", "valid_to", "rate", "amount")

CONVERSIONS = ibis.table(
    {
        "entry": "int64",
        "from_letter": "string",
        "into_letter": "string",
        "times": "decimal(18,6)",
    },
    name="conversions",
)
"""By which factor relative values in one letter become those in another, for each entry."""

CODES = ibis.table(
    {
        "code": "string",
        "level": "int64",
        "faces": "int64",
        "images": "int64",
        "article": "string",
        "covered_first": "date",
        "covered_last": "date",
        "valid_from": "date",
        "valid_to": "date",
    },
    name="codes",
)
"""The law's nomenclature with the folder's own rows, and how many rounds a code comes after."""

ASKED = ibis.table(
    {
        "code": "string",
        "first": "date",
        "last": "date",
        **dict.fromkeys(("rules", "rules_prescribed", "rules_known_prescription"), "int64"),
    },
    name="asked_rules",
)
"""How many rules are asked of the services of a code from one day to another, whoever the patient.

Apart from them those that speak only of services on prescription, or whose prescription is given.
`NO_DAY` stands for services without a date.
"""

NARROWED = ibis.table({"row": "int64", "entry": "int64"}, name="narrowed_rules")
"""The services with the rules that speak of some patients only, theirs among them."""

PRESCRIBED = ibis.table({"row": "int64", "prescription_known": "boolean"}, name="prescribed")
"""The services that name a prescription, and whether it is given."""

NO_DAY = date(1, 1, 1)

CHECK_DAY = ibis.table({"as_of": "date"}, name="check_day")
"""One row: the day of the check."""

BARRED = ibis.table(
    {
        "entry": "int64",
        "code": "string",
        "digit": "string",
        "case_place": "int64",
        "profession": "string",
        **dict.fromkeys(("first", "last"), "date"),
        "answers_undated": "boolean",
    },
    name="barred_professions",
)
"""The codes that no title of a profession permits, by the first digit of its numbers."""

OF_LIMITS = ("counts_itself", "in_time", "lonely_stands", "at_hours", "doubts")
"""The columns of `rules` that tell what a limit is like (`kinds.shape.Limit`)."""

PER: Mapping[str, Key] = {
    "per_tooth": "tooth",
    "per_year": "calendar-year",
    "per_day": "day",
    "per_session": "session",
    "per_company": "company",
}
"""The column of `rules` for each key that a group may have."""

RULES = ibis.table(
    {
        "entry": "int64",
        "rule": "string",
        "kind": "string",
        "kind_place": "int64",
        "everywhere": "boolean",
        "dated": "boolean",
        "answers_undated": "boolean",
        "first": "date",
        "last": "date",
        "only_prescribed": "boolean",
        "only_known_prescription": "boolean",
        "narrowed": "boolean",
        "fact": "string",
        "fact_place": "int64",
        "facts": "string",
        "facts_places": "int64",
        "undecided": "string",
        "value": "boolean",
        "warns": "boolean",
        "asks_missing": "boolean",
        "sexes": "string",
        "asked_from_birthday": "int64",
        "asked_to_birthday": "int64",
        "from_birthday": "int64",
        "to_birthday": "int64",
        "or_more_from": "int64",
        "limit": "int64",
        **dict.fromkeys((*OF_LIMITS, *PER), "boolean"),
    },
    name="rules",
)
"""The entries of the rules that are run, each with the parameters of its kind.

`kind_place` and `fact_place` stand for the kind of row rule and for the fact, as whole numbers are
compared faster than texts; `facts_places` has a bit for each of the facts. `asks_missing`: a
missing fact makes a service unchecked. `narrowed`: only some patients' services are meant, whose
`sexes` and the two birthdays asked say.
"""

RULE_CODES = ibis.table(
    {"entry": "int64", "code": "string", "doubtful": "string"}, name="rule_codes"
)
"""The codes that an entry concerns, and those of which it can't tell: what is unknown of them."""


def codes_of(kind: str) -> ir.Table:
    """The codes that the entries of one kind concern, with the days of which they speak."""
    types = {"entry": "int64", "code": "string", **dict.fromkeys(("first", "last"), "date")}
    name = f"codes_of_{kind.replace('-', '_')}"
    return ibis.table({**types, "answers_undated": "boolean"}, name=name)


LIMIT_CODES = ibis.table(
    {
        "entry": "int64",
        "side": "int64",
        "code": "string",
        "weighs": "boolean",
        "relieves": "boolean",
        "restricted": "boolean",
    },
    name="limit_codes",
)
"""For each side of a group rule: the codes that use it up, restrict it, or relieve of it.

A side has a number of its own among those of all entries.
"""

LIMIT_TITLES = ibis.table({"entry": "int64", "title": "string"}, name="limit_titles")
"""The titles by which a service relieves of the limit of an entry, and does not use it up."""

PERMITS = ibis.table(
    {
        "entry": "int64",
        "title": "string",
        "code": "string",
        "provision": "string",
        "unsettled": "boolean",
    },
    name="permits",
)
"""The codes that each title permits."""

REFUSING = ibis.table({"entry": "int64", "title": "string", "provision": "string"}, name="refusing")
"""The provision that is cited where a title does not permit."""

CASES = ibis.table(
    {
        "entry": "int64",
        "case_place": "int64",
        "case": "string",
        "rule": "string",
        "provision": "string",
        "severity": "string",
        "reason_system": "string",
        "reason_code": "string",
        "about": "int64",
        "template": "string",
        "tells_service": "boolean",
        "tells_evidence": "boolean",
    },
    name="cases",
)
"""What each entry says in each of its cases; `about` stands for rule, severity and reason."""

NOT_RUN = ibis.table(
    {
        "entry": "int64",
        "everywhere": "boolean",
        "answers_undated": "boolean",
        "first": "date",
        "last": "date",
    },
    name="not_run",
)
"""The entries of the rules that are not run."""

NOT_RUN_CODES = ibis.table({"entry": "int64", "code": "string"}, name="not_run_codes")
"""The codes that they would have concerned."""

REPEATED: Mapping[str, Sequence[str]] = {
    "cases": ("rule", "provision", "severity", "reason_system", "reason_code", "case"),
    "law": ("version",),
}
"""The columns of the law's tables whose texts stand in every answer."""

LAW = ibis.table({"version": "string"}, name="law")
"""One row: the version of the law used."""

RULE_AUTHORISATIONS = ibis.table(
    {"entry": "int64", "authorisation": "string"}, name="rule_authorisations"
)
"""The authorisations that an entry asks for."""

HOURS = ibis.table(
    {
        "entry": "int64",
        "days": "string",
        "start": "int64",
        "end": "int64",
        "with_duty": "boolean",
        "refused_by": "string",
        "bridge_days_given": "boolean",
    },
    name="rule_hours",
)
"""The hours of an entry, in minutes of the day; whether the input has bridge days."""

MINUTES = ibis.table({"entry": "int64", "minute": "int64"}, name="rule_minutes")
"""The minutes at which the hours of an entry change."""

CALENDAR = ibis.table(
    {"entry": "int64", "day": "date", "weekday": "int64", "holiday": "boolean"}, name="calendar"
)
"""The days of the services: Monday is 1; whether it is a holiday that an entry counts."""

"""Random folders in which the rules meet each other often, and a measure of how often.

A folder is made by choosing from short lists, the simplest choice first, so that the same makers
serve Hypothesis (`folders`, which shrinks) and a seeded generator (`random_folder`, which is fast).
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple, Protocol, TypeVar

from hypothesis import strategies as st

from . import law
from . import urgent as urgent_rules
from .care import is_extraction
from .case import Case, Service, Tables
from .decide import GROUP_RULES, Answer, Decided, walk

Row = dict[str, Any]
T = TypeVar("T")


class Chooser(Protocol):
    """Where the choices come from."""

    def pick(self, options: Sequence[T]) -> T:
        """One of the options."""

    def several(self, make: Callable[["Chooser"], T], least: int, most: int) -> list[T]:
        """A list of things, each made with choices of its own."""


class AtRandom:
    """Choices of a seeded generator."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng

    def pick(self, options: Sequence[T]) -> T:
        return self.rng.choice(options)

    def several(self, make: Callable[[Chooser], T], least: int, most: int) -> list[T]:
        return [make(self) for _ in range(self.rng.randint(least, most))]


class Drawn:
    """Choices of Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw

    def pick(self, options: Sequence[T]) -> T:
        return self.draw(st.sampled_from(options))

    def several(self, make: Callable[[Chooser], T], least: int, most: int) -> list[T]:
        return self.draw(st.lists(made_by(make), min_size=least, max_size=most))


@st.composite
def made_by(draw: st.DrawFn, make: Callable[[Chooser], T]) -> T:
    return make(Drawn(draw))


class RandomFolder(dict[str, list[Row]]):
    """Tables by name, that print as what is worth reading of them when a test fails."""

    def __repr__(self) -> str:
        services = self["services"]
        lines = [f"{len(services)} services; tables: " + ", ".join(sorted(self))]
        if services:
            lines.append("columns: " + ", ".join(services[0]))
        told = [*self.get("patients", ()), *services] if len(services) <= 20 else []
        lines += [
            ", ".join(f"{name}={value}" for name, value in row.items() if value is not None)
            for row in told
        ]
        return "\n".join(lines)


def alone(tables: Tables, patient_id: str) -> RandomFolder:
    """The same folder with the services of one patient only, to rerun a failure."""
    services = [dict(row) for row in tables["services"] if row["patient_id"] == patient_id]
    rest = {name: [dict(row) for row in rows] for name, rows in tables.items()}
    return RandomFolder({**rest, "services": services})


def random_folder(rng: random.Random, patients: int = 200) -> RandomFolder:
    """A folder of so many patients, from a seeded generator."""
    return make_folder(AtRandom(rng), patients, patients)


def folder_with_plus(rng: random.Random, patients: int = 200) -> RandomFolder:
    """A folder of patients who all have urgent services that bear a plus sign."""
    return make_folder(AtRandom(rng), patients, patients, CARES_WITH_PLUS)


@st.composite
def folders(draw: st.DrawFn, patients: int = 6) -> RandomFolder:
    """Folders of up to so many patients."""
    return make_folder(Drawn(draw), 1, patients)


def mostly(usual: T, *others: T, times: int = 8) -> list[T]:
    """Options of which the first is the usual one."""
    return [usual] * times + list(others)


# --- who ------------------------------------------------------------------------------------------


def nihdi(profession: int, serial: int, competence: str, modulus: int = 97) -> str:
    """A well-formed number of an invented practitioner."""
    stem = f"{profession}{serial:05d}"
    return f"{stem}{modulus - int(stem) % modulus:02d}{competence}"


DENTIST = nihdi(3, 10001, "001")
SECOND_DENTIST = nihdi(3, 10002, "001", modulus=89)
DENTIST_UNTIL_JUNE = nihdi(3, 10003, "001")
CANDIDATE_FROM_2011 = nihdi(3, 10004, "010")
PERIODONTIST = nihdi(3, 10005, "001")
ORTHODONTIST = nihdi(3, 10006, "007")
TWO_SPECIALITIES = nihdi(3, 10007, "007")
RADIOLOGIST = nihdi(1, 20001, "130")
RADIOLOGIST_AND_PERIODONTIST = nihdi(1, 20002, "130")
STOMATOLOGIST_AND_DENTIST = nihdi(1, 20003, "690")
GENERAL_PRACTITIONER = nihdi(1, 20004, "003")
WITHOUT_TITLES = nihdi(3, 10008, "001")
PHYSIOTHERAPIST = nihdi(5, 30001, "527")
OF_NO_PROFESSION = nihdi(6, 40001, "001")

MID_JUNE = date(2010, 6, 15)
NEW_YEAR = date(2011, 1, 1)


def title(practitioner: str, name: str, first: date | None = None, last: date | None = None) -> Row:
    return {
        "practitioner": practitioner,
        "title": name,
        "valid_from": first,
        "valid_to": last,
    }


TITLES = [
    title(DENTIST, "general-dentist"),
    title(SECOND_DENTIST, "doctor-dentist", date(2000, 1, 1), date(2030, 12, 31)),
    title(DENTIST_UNTIL_JUNE, "general-dentist", None, MID_JUNE),
    title(CANDIDATE_FROM_2011, "candidate-general-dentist", NEW_YEAR),
    title(PERIODONTIST, "candidate-periodontist", None, MID_JUNE),
    title(PERIODONTIST, "periodontist", MID_JUNE),
    title(ORTHODONTIST, "orthodontist"),
    title(TWO_SPECIALITIES, "periodontist"),
    title(TWO_SPECIALITIES, "candidate-orthodontist", date(2009, 5, 1), date(2010, 12, 31)),
    title(RADIOLOGIST, "radiologist"),
    title(RADIOLOGIST_AND_PERIODONTIST, "radiologist"),
    title(RADIOLOGIST_AND_PERIODONTIST, "periodontist", None, date(2010, 6, 14)),
    title(STOMATOLOGIST_AND_DENTIST, "stomatologist"),
    title(STOMATOLOGIST_AND_DENTIST, "general-dentist"),
    title(STOMATOLOGIST_AND_DENTIST, "general-dentist", NEW_YEAR, None),
    title(GENERAL_PRACTITIONER, "general-practitioner"),
    title(GENERAL_PRACTITIONER, "stomatologist", None, date(2009, 4, 30)),
]

PRACTITIONERS = [
    DENTIST,
    SECOND_DENTIST,
    DENTIST_UNTIL_JUNE,
    CANDIDATE_FROM_2011,
    PERIODONTIST,
    ORTHODONTIST,
    TWO_SPECIALITIES,
    RADIOLOGIST,
    RADIOLOGIST_AND_PERIODONTIST,
    STOMATOLOGIST_AND_DENTIST,
    GENERAL_PRACTITIONER,
    WITHOUT_TITLES,
    PHYSIOTHERAPIST,
    OF_NO_PROFESSION,
]

# Each list is who treats one patient.
PRACTICES = [
    *[[DENTIST]] * 8,
    [DENTIST, SECOND_DENTIST],
    [DENTIST, SECOND_DENTIST],
    [STOMATOLOGIST_AND_DENTIST],
    [DENTIST_UNTIL_JUNE, DENTIST],
    [CANDIDATE_FROM_2011],
    [PERIODONTIST, TWO_SPECIALITIES],
    [RADIOLOGIST, RADIOLOGIST_AND_PERIODONTIST],
    [WITHOUT_TITLES, DENTIST],
    [PHYSIOTHERAPIST, RADIOLOGIST],
    PRACTITIONERS,
]


def authorised(
    practitioner: str, *kinds: str, first: date | None = None, last: date | None = None
) -> list[Row]:
    return [
        {"practitioner": practitioner, "kind": kind, "valid_from": first, "valid_to": last}
        for kind in kinds
    ]


XRAY = sorted(law.XRAY_AUTHORISATIONS)
ESTABLISHMENT = sorted(law.PROOFS_OF_THE_ESTABLISHMENT.values())
HALF_AUTHORISED = (SECOND_DENTIST, PERIODONTIST, DENTIST_UNTIL_JUNE, WITHOUT_TITLES)
AUTHORISATIONS = [
    *(
        row
        for practitioner in PRACTITIONERS
        if practitioner not in HALF_AUTHORISED
        for row in authorised(practitioner, *XRAY)
    ),
    *authorised(SECOND_DENTIST, *XRAY[:2]),
    *authorised(SECOND_DENTIST, XRAY[2], last=MID_JUNE),
    *authorised(SECOND_DENTIST, XRAY[2], first=NEW_YEAR),
    *authorised(PERIODONTIST, *XRAY[1:]),
    *authorised(DENTIST_UNTIL_JUNE, *XRAY, last=date(2009, 12, 31)),
    *(
        row
        for practitioner in PRACTITIONERS
        if practitioner != PERIODONTIST
        for row in authorised(practitioner, ESTABLISHMENT[0])
    ),
    *(
        row
        for practitioner in PRACTITIONERS
        if practitioner not in (ORTHODONTIST, SECOND_DENTIST)
        for row in authorised(practitioner, ESTABLISHMENT[1])
    ),
    *authorised(SECOND_DENTIST, ESTABLISHMENT[1], first=date(2010, 6, 15)),
]


def offering(practitioner: str, covers: bool | None) -> Row:
    return {"practitioner": practitioner, "public_offer_covers_duty_hours": covers}


OFFERS = [
    offering(DENTIST, False),
    offering(SECOND_DENTIST, True),
    offering(STOMATOLOGIST_AND_DENTIST, True),
    offering(CANDIDATE_FROM_2011, True),
    offering(PERIODONTIST, None),
]

BIRTH_DATES = [
    date(1950, 6, 15),
    date(1949, 5, 1),
    date(1950, 12, 31),
    date(1950, 6, 16),
    date(1948, 2, 29),
    date(1952, 2, 29),
    date(1985, 3, 3),
    date(2003, 9, 9),
    None,
]

# Of 15, 18, 40, 60 and 70 years on or about a day of the calendars below.
BIRTH_DATES_OF_PROJECTS = [
    date(1995, 6, 15),
    date(1995, 6, 16),
    date(1992, 6, 15),
    date(1992, 6, 16),
    date(1991, 5, 1),
    date(1992, 12, 31),
    date(1992, 2, 29),
    date(1970, 6, 15),
    date(1970, 6, 16),
    date(1950, 6, 15),
    date(1950, 6, 16),
    date(1940, 6, 15),
    date(1940, 6, 16),
    date(1939, 5, 1),
    date(1980, 1, 1),
    date(2001, 1, 1),
    date(2001, 1, 1),
    None,
]


# --- when -----------------------------------------------------------------------------------------

Moment = date | datetime | None


def moment(text: str) -> date | datetime:
    """A day with its time, or a day alone."""
    return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)


def moments(*texts: str) -> list[Moment]:
    return [moment(text) for text in texts]


# Each list is one patient's calendar: a few moments, some of them near a boundary.
CALENDARS = [
    moments("2010-06-15", "2010-06-15T10:00", "2010-06-14T10:00", "2010-06-16T10:00"),
    moments("2010-06-15T09:00", "2010-06-15T10:00", "2010-06-15T10:30"),
    moments("2010-12-31T10:00", "2010-12-31T23:30", "2011-01-01", "2011-01-01T00:30"),
    moments("2009-05-01", "2009-04-30T23:59", "2009-05-01T00:01", "2009-04-30T11:00"),
    moments("2009-04-30T10:00", "2009-05-01T10:00", "2009-04-29", "2009-04-30"),
    moments("2009-10-25T01:30", "2009-10-25T02:30", "2009-10-25T03:00", "2009-10-24T10:00"),
    moments("2010-03-28T01:59", "2010-03-28T03:00", "2010-03-27T23:30", "2010-03-28"),
    moments("2010-01-01", "2009-12-31T23:59", "2010-06-16", "2012-02-29T08:00"),
]

# Days that decide about an urgent supplement, and the minutes at which they do.
URGENT_CALENDARS = [
    moments("2010-03-01T21:00", "2010-03-01T20:59", "2010-03-01T07:59", "2010-03-01T08:00"),
    moments("2010-03-01", "2010-03-01T23:00", "2010-03-01T12:00"),
    moments("2010-03-06T08:00", "2010-03-06T20:59", "2010-03-06", "2010-03-05T10:00"),
    moments("2009-10-25T02:30", "2009-10-25", "2009-10-26T07:59", "2009-10-26T08:00"),
    moments("2010-05-14T08:00", "2010-05-14T20:59", "2010-05-14", "2010-05-14T07:59"),
    moments("2010-05-14T10:00", "2010-05-14T10:00", "2010-05-13T10:00", "2010-05-12T10:00"),
    moments("2010-05-15T10:00", "2010-11-11T10:00", "2010-11-11", "2010-11-12T10:00"),
    moments("2010-04-05T10:00", "2010-04-06T10:00", "2010-04-02T10:00", "2010-04-05"),
    moments("2009-06-01T10:00", "2009-05-21T10:00", "2009-05-22T10:00", "2009-07-21T10:00"),
    # Ascension fell on the first of May.
    moments("2008-05-01T10:00", "2008-05-01", "2008-05-02T10:00", "2008-12-26T10:00"),
]
BRIDGE_DAYS = [date(2010, 5, 14), date(2010, 5, 15), date(2010, 11, 11), date(2009, 5, 22)]


ECG_CALENDARS = [
    moments("2020-09-01", "2020-09-01T10:00", "2020-09-01T23:59", "2020-08-31T12:00"),
    moments("2020-12-31T10:00", "2020-12-31T23:30", "2021-01-01", "2021-01-01T00:30"),
]
ARTICLE_34_CALENDARS = [moments("2021-01-01", "2021-01-01T10:00", "2020-12-31T10:00")]
RESTRAINT_CALENDARS = [moments("2031-05-01", "2031-04-30T10:00", "2030-12-31", "2031-01-01")]

AS_OF = date(2030, 12, 31)
"""A day of the check that has some services after it."""


# --- what -----------------------------------------------------------------------------------------

BY_CODE = {row["code"]: row for row in law.NOMENCLATURE}


def codes_with(**wanted: Any) -> list[str]:
    return [
        code
        for code, row in BY_CODE.items()
        if all(row[name] in values for name, values in wanted.items())
    ]


FILLINGS = codes_with(kind=law.COUNTED_FILLINGS)
CONSERVATIVE = codes_with(section=["conservative"])
EXTRACTIONS = codes_with(kind=["extraction"])
IMAGES = codes_with(section=["radiography"])
ALONE = [code for code in IMAGES if code in law.NOT_WITH_RADIOLOGY]
FOUR_PAIRS = [code for code in IMAGES if code in law.NOT_WITH_455630]
ACCOMPANYING = codes_with(kind=["suture"]) + codes_with(section=["urgent-supplement"])
EXAMINATION = sorted(law.ANNUAL_EXAMINATION)
ALL_CODES = list(BY_CODE)

SUPPLEMENTS_OF_CARE = ["371055", "301070", "371081", "301066"]
PROJECTS = ["374334", "371696", "374076", "374080", "374091", "308534", "302153", "374872"]


class Care(NamedTuple):
    """The sort of care that one patient gets, when, and at what age."""

    codes: list[str]
    calendars: list[list[Moment]] = CALENDARS
    birth_dates: list[date | None] = BIRTH_DATES


def urgent(*codes: str) -> Care:
    """Care with a supplement for it, at hours that matter."""
    return Care([*codes, *SUPPLEMENTS_OF_CARE], URGENT_CALENDARS)


def of_projects(*codes: str) -> Care:
    """Care of the projects of 2009, at ages that matter."""
    return Care([*codes], birth_dates=BIRTH_DATES_OF_PROJECTS)


CARES_WITH_CHAINS = [
    Care(["373811", "373822", "373833", "373892", "399033"]),
    Care(FILLINGS),
    Care(["373811", "373822", "304850", "399033", "399044"]),
    Care([*CONSERVATIVE, *EXTRACTIONS, *EXTRACTIONS, *EXTRACTIONS]),
    Care(["304850", "374861", "304894", "373811", "373951", "374054", "374032"]),
    Care([*EXTRACTIONS, *ACCOMPANYING, "371033", "377016"]),
    Care([*ALONE, *IMAGES, "399011", "399022", "371070"]),
    Care(["377016", "307031", "458846", "377230", "307252", "399011", "457855"]),
    Care(["377016", "458835", "307042", "377241", "399022"]),
    Care(["377230", "457870", "457892", "458673", "307241"]),
    Care([*FOUR_PAIRS, "455630", "455641", "455630", "455641"]),
    Care(EXAMINATION),
    Care([*EXAMINATION, "371092", "371114", "302175", "371696", "305550"]),
    Care([*codes_with(tooth=["required"]), *codes_with(tooth=["unknown"])]),
    Care([*ALL_CODES, *law.UNKNOWN_CODES, *law.UNKNOWN_CODES]),
]
CARES_BY_THE_SOURCES = [
    *CARES_WITH_CHAINS * 2,
    urgent("371033", "304850", "373811", "374953"),
    urgent("371615", "302175", "308512", "371033", "371033", "371044"),
    urgent("377016", "377112", "307230", "377112", "455630"),
    urgent("317295", "317306", "317310", "317332", "371033"),
    urgent("371615", "377112", "317295", "599992"),
    of_projects("374953", "374953", "374964", "304850", "374975", "374872", "371033"),
    of_projects(*PROJECTS, "374345", "371700", "308545", "302164", "374883", "374850"),
    of_projects("374076", "374091", "308534", "308545", "374102"),
    of_projects("308534", "308545", "308534", "308556"),
    urgent("317295", "317306", "371615", "374953"),
    Care(["371033", "371615", "377016", "373811"]),
    Care(["371033", "371055", "304312", "373811"], URGENT_CALENDARS),
    Care([*EXAMINATION, *EXAMINATION, "371033", "308534"]),
    Care([*FOUR_PAIRS, "455630", "455641"]),
    Care(["371033", "304312", "373811", "374953"]),
    of_projects("308534", "308545", "374953", "374872", "374975"),
    of_projects("371696", "302153", "374080", "374334", "304850"),
    urgent("377016", "377112", "374953"),
    urgent("371615", "304850", "317295", "371033"),
    Care([*IMAGES, "377090", "377101"]),
    Care(ALL_CODES),
    Care(CONSERVATIVE),
    Care(EXAMINATION),
    Care(["377090", "377101", "455652", "377090", "377016", "307031"]),
    Care(["377134", "307053", "377016", "307230", "307064", "377145"]),
]
CARES_WITH_INPUT = [
    of_projects("900690", "374345", "900701", "371033"),
    Care(["900712", "900723", "900712", "301593"], ECG_CALENDARS),
    Care(["900734", "900745", "900756", "900760"], ARTICLE_34_CALENDARS),
    Care(["377090", "377101"], RESTRAINT_CALENDARS, [date(2019, 5, 1), date(2020, 1, 1), None]),
]
CARES_WITH_PLUS = [
    urgent("317310", "317321"),
    urgent("317310", "317310", "317295", "377112"),
    urgent("317321", "371033"),
]
CARES = [*CARES_BY_THE_SOURCES * 3, *CARES_WITH_INPUT]

TEETH = ["16", "11", "36", "43", "55", "81", "27", "62"]


def faces_of(tooth: str) -> str:
    """The letters that fit a tooth: biting surface or edge, and the palate above only."""
    edge = "I" if tooth[1] in "123" else "O"
    inner = "P" if tooth[0] in "1256" else "L"
    return "M" + edge + "DV" + inner


def surfaces_options(tooth: str | None, faces: int | None) -> list[str | None]:
    letters = faces_of(tooth) if tooth else "MDV"
    right = letters[: faces or 1]
    return mostly(right, letters[-1], letters[:3], letters, letters[0] + "B", None, times=10)


def amount(text: str) -> Decimal:
    return Decimal(text)


FEES = [amount("20.00"), amount("35.50"), amount("0.00"), amount("120.00"), None]
SUPPLEMENTS = [amount("0.00"), amount("5.25"), amount("40.00"), None]
DECISIONS = mostly(None, "accepted", "unchecked", "refused", times=9)


def declaration(right: bool) -> list[bool | None]:
    """Options for a fact that is mostly as it must be."""
    return mostly(right, not right, None, times=10)


COMPLETE: Row = {
    "prescriber": DENTIST,
    "patient_id": None,
    "patient_name": "Peeters",
    "patient_first_names": "An",
    "patient_birth_date": date(1950, 6, 15),
    "patient_sex": "female",
    "clinical_information": "pain at 36",
    "diagnostic_question": "an abscess?",
    "further_information": "none",
    "proposed_examinations": "an image of 36",
    "earlier_examinations": "none",
    "prescriber_name": "Dubois",
    "prescriber_first_name": "Luc",
    "prescriber_address": "Kerkstraat 1, Gent",
    "prescribed_on": date(2009, 1, 5),
    "signed": True,
    "in_treatment": True,
    "model_form": True,
}
PHYSIOTHERAPIST = nihdi(5, 30001, "001")
AMISS: list[tuple[str, Row]] = [
    *((f"without {item}", {item: None}) for item in law.PRESCRIPTION_ITEMS),
    ("without prescriber", {"prescriber": None}),
    ("of another patient", {"patient_id": "somebody else"}),
    ("of another birth date", {"patient_birth_date": date(1950, 6, 16)}),
    ("of mid-June", {"prescribed_on": MID_JUNE}),
    ("signature unknown", {"signed": None}),
    ("not signed", {"signed": False}),
    ("half", {"patient_sex": None, "prescribed_on": None, "signed": False}),
    ("of a doctor", {"prescriber": GENERAL_PRACTITIONER}),
    ("of a physiotherapist", {"prescriber": PHYSIOTHERAPIST}),
    ("not in treatment", {"in_treatment": False}),
    ("treatment unknown", {"in_treatment": None}),
    ("of another form", {"model_form": False}),
    ("form unknown", {"model_form": None}),
]
PRESCRIPTIONS: list[Row] = [
    {"prescription_id": "complete", **COMPLETE},
    *({"prescription_id": name, **COMPLETE, **amiss} for name, amiss in AMISS),
]

URGENT_FACTS: dict[str, list[Any]] = {
    "duty": [True, True, False, None],
    "urgent": declaration(True),
    "requirement": mostly(None, "medical-2020/8.1", times=10),
}
IMAGE_FACTS: dict[str, list[Any]] = {
    "prescription_id": [
        *[None] * 80,
        *["complete"] * 12,
        *(row["prescription_id"] for row in PRESCRIPTIONS),
        *["of nobody"] * 6,
    ],
    "images": [10, 10, 3, 2, 2, 1, 9, None],
    "digital_data_kept": declaration(True),
    "examined": declaration(True),
    "earlier_images": [*["none", "insufficient"] * 5, "sufficient", None],
    "justification": mostly("a cyst seen in part", None, times=10),
    "pregnant": mostly(False, True, True, None, times=7),
    "report": declaration(True),
    "most_indicated": mostly(None, True, False, times=8),
    "substitution_explained": mostly(None, True, False, times=8),
}
PROJECT_FACTS: dict[str, list[Any]] = {
    "medical_case": [True, False, None],
    "local_anaesthesia": mostly(True, False, None, times=5),
    "existing_denture": mostly(True, False, None, times=5),
}
NOTHING: Row = dict.fromkeys([*URGENT_FACTS, *IMAGE_FACTS, *PROJECT_FACTS])
ALL_AMISS: Row = {
    **dict.fromkeys(NOTHING, False),
    "requirement": "medical-2020/8.1",
    "prescription_id": "of nobody",
    "images": 0,
    "earlier_images": "sufficient",
    "justification": None,
    "pregnant": True,
}


# --- a patient and the services -------------------------------------------------------------------


def make_folder(
    chooser: Chooser, least: int, most: int, cares: Sequence[Care] | None = None
) -> RandomFolder:
    """All tables, with rows in any order and now and then a table or a column absent."""
    chosen = cares or CARES
    people = chooser.several(lambda one: make_person(one, chosen), least, most)
    tables = RandomFolder(
        services=[],
        patients=[],
        titles=[dict(row) for row in TITLES],
        authorisations=[dict(row) for row in AUTHORISATIONS],
        practitioners=[dict(row) for row in OFFERS],
        prescriptions=[dict(row) for row in PRESCRIPTIONS],
        bridge_days=[{"date": day} for day in BRIDGE_DAYS],
        fees=make_fees(chooser.pick(range(9))),
        supplement_rates=make_rates(chooser.pick(range(3))),
        letters=[dict(row) for row in LETTERS],
        fee_letters=[dict(row) for row in FEE_LETTERS],
        nomenclature=[dict(row) for row in law.NOMENCLATURE],
    )
    for number, person in enumerate(people):
        add_person(tables, number, person)
    send_elsewhere(tables["services"])
    shuffle(tables, chooser.pick(range(100)))
    leave_out(tables, chooser.pick(ABSENCES))
    return tables


class Person:
    """One patient's row, if any, and services; both still without ids."""

    def __init__(self, letter: str, row: Row | None, services: list[Row]) -> None:
        self.letter = letter
        self.row = row
        self.services = services


def make_person(chooser: Chooser, cares: Sequence[Care]) -> Person:
    care = chooser.pick(cares)
    calendar = chooser.pick(care.calendars)
    teeth = chooser.pick([TEETH[:1], TEETH[1:2], TEETH[2:4], TEETH[4:6], TEETH[6:8]])
    practitioners = chooser.pick(PRACTICES)

    def make(chooser: Chooser) -> Row:
        return make_service(chooser, care.codes, calendar, teeth, practitioners)

    known = {
        "birth_date": chooser.pick(care.birth_dates),
        "sex": chooser.pick(mostly("female", "male", None, "other", times=5)),
        "preferential": chooser.pick(mostly(False, True, True, True, None, times=3)),
    }
    row = chooser.pick(mostly(known, None))
    return Person(chooser.pick("pPé"), row, chooser.several(make, 1, 12))


def make_service(
    chooser: Chooser,
    codes: Sequence[str],
    calendar: Sequence[Moment],
    teeth: Sequence[str],
    practitioners: Sequence[str],
) -> Row:
    code = chooser.pick(codes)
    entry = BY_CODE.get(code, {})
    tooth = chooser.pick([*mostly(teeth[0], None, times=7), *list(teeth[1:]) * 4])
    if entry.get("tooth") == "none":
        tooth = chooser.pick([None, tooth])
    bound = tooth is not None or entry.get("tooth") == "required"
    return {
        "letter": chooser.pick("aZé9"),
        "practitioner": chooser.pick(practitioners),
        "performed_at": chooser.pick(mostly(calendar[0], None, times=6) + list(calendar) * 6),
        "code": code,
        "line": chooser.pick([None, 1, 2, 2, 3]),
        "count": chooser.pick([1, None] if bound else [1, None, 2, 3]),
        "session_id": chooser.pick(mostly(None, "s1", "s2", times=5)),
        "tooth": tooth,
        "surfaces": chooser.pick(surfaces_options(tooth, entry.get("faces"))),
        "fee": chooser.pick(FEES),
        "supplement": chooser.pick(SUPPLEMENTS),
        "direct_method": chooser.pick(mostly(True, False, None, times=12)),
        "provisional": chooser.pick(mostly(False, True, None, times=12)),
        "related": chooser.pick([0, None, None, 1, 2, "nobody", "elsewhere"]),
        "decided": chooser.pick(DECISIONS),
        **declared(chooser, entry),
    }


def declared(chooser: Chooser, entry: Row) -> Row:
    """What is declared of a service; of one that no rule asks, nothing, or all amiss."""
    section, kind = entry.get("section"), entry.get("kind")
    facts = dict(NOTHING)
    if section == "urgent-supplement":
        options = URGENT_FACTS
    elif section == "radiography":
        options = IMAGE_FACTS
    elif section == "implant" or kind in ("suture", "subgingival-scaling"):
        options = PROJECT_FACTS
    else:
        return dict(chooser.pick([NOTHING, ALL_AMISS]))
    return {**facts, **{name: chooser.pick(values) for name, values in options.items()}}


def add_person(tables: dict[str, list[Row]], number: int, person: Person) -> None:
    """Give ids, in an order that is not the order of anything else, and add the rows."""
    patient_id = f"{person.letter}{number * 37 % 101}-{number}"
    if number % 20 == 1 and tables["services"]:
        patient_id = f"{tables['services'][-1]['patient_id'].swapcase()} "
    if person.row is not None:
        tables["patients"].append({"patient_id": patient_id, **person.row})
    first = len(tables["services"])
    rows = []
    for place, made in enumerate(person.services):
        row = {name: value for name, value in made.items() if name not in ("letter", "related")}
        row["service_id"] = f"{made['letter']}{first + place}"
        if number % 20 == 1 and tables["services"] and not place:
            row["service_id"] = f"{tables['services'][-1]['service_id'].swapcase()} "
        row["attestation_id"] = attestation_of(patient_id, row, first + place)
        row["patient_id"] = patient_id
        rows.append(row)
    for row, made in zip(rows, person.services, strict=True):
        row["related_service_id"] = related_id(made["related"], row, rows)
    tables["services"].extend(rows)


def attestation_of(patient_id: str, row: Row, number: int) -> str:
    """One of a patient and practitioner; now and then one that others stand on too."""
    shared = (f"x{number % 3}", f"x{number % 3}", f"X{number % 3} ")
    return shared[number % 40] if number % 40 < 3 else f"{patient_id}/{row['practitioner']}"


def related_id(choice: Any, row: Row, rows: Sequence[Row]) -> str | None:
    """The id of a service that this one goes with: one that goes with fewer others than it."""
    if isinstance(choice, str):
        return choice
    lower = [other for other in rows if level(other) < level(row)]
    return None if choice is None or not lower else str(lower[choice % len(lower)]["service_id"])


def level(row: Row) -> int:
    entry = BY_CODE.get(row["code"], {})
    if entry.get("section") == "urgent-supplement":
        return 2
    return 1 if entry.get("kind") == "suture" else 0


def send_elsewhere(services: list[Row]) -> None:
    """Let the services that go with one of another patient go with the first or the last."""
    ends = (services[0], services[-1])
    for row in services:
        if row["related_service_id"] == "elsewhere":
            other = ends[0] if ends[0]["patient_id"] != row["patient_id"] else ends[1]
            strange = other["patient_id"] != row["patient_id"]
            row["related_service_id"] = other["service_id"] if strange else None


def make_fees(turn: int) -> list[Row]:
    """Invented fees; which code has which sort of history turns with the number."""
    rows: list[Row] = []
    for place, code in enumerate([*BY_CODE, law.UNKNOWN_CODES[0]]):
        unit = amount("12.35") + place
        sort = (place + turn) % 9
        if sort == 0:
            rows.append(fee(code, unit, None, unit - 3, unit))
        elif sort == 1:
            rows.append(fee(code, unit, unit + 10, unit - 3, unit - 3))
        elif sort == 2:
            rows.append(fee(code, unit, None, unit - 5, unit - 1, last=date(2010, 6, 14)))
            rows.append(fee(code, unit + 1, None, unit - 4, unit, first=date(2010, 12, 31)))
        elif sort == 3:
            rows.append(fee(code, unit, unit + 2, unit - 2, unit, last=date(2009, 4, 30)))
            rows.append(
                fee(code, unit + 2, unit + 9, unit, None, date(2009, 5, 1), date(2010, 12, 31))
            )
            rows.append(fee(code, unit + 3, None, unit, unit, first=NEW_YEAR))
        elif sort == 4:
            rows.append(fee(code, unit, None, None, unit - 1))
        elif sort != 5:
            rows.append(fee(code, unit, unit, unit - 4, unit - 4))
    for place, row in enumerate(rows):
        row["letter"], row["coefficient"] = LETTERED[(place + turn) % len(LETTERED)]
    return rows


LETTERED: list[tuple[str | None, Decimal | None]] = [
    ("L", Decimal("10.5")),
    ("N", Decimal(6)),
    ("L", Decimal("4.25")),
    ("N", Decimal("2.333333")),
    ("K", Decimal(3)),
    ("N", Decimal(11)),
    (None, None),
    ("L", Decimal(7)),
    ("N", None),
    ("L", Decimal(1)),
]
LETTERS: list[Row] = [
    {"letter": "L", "group": None, "valid_from": None, "valid_to": date(2010, 6, 30),
     "value": Decimal("1.45")},
    {"letter": "L", "group": "a", "valid_from": date(2010, 7, 1), "valid_to": None,
     "value": Decimal("1.600001")},
    {"letter": "L", "group": "b", "valid_from": date(2010, 12, 31), "valid_to": None,
     "value": Decimal("3.409091")},
    {"letter": "N", "group": None, "valid_from": None, "valid_to": None, "value": Decimal(9)},
]  # fmt: skip
FEE_LETTERS: list[Row] = [
    {"code": code, "letter": letter, "group": group, "coefficient": Decimal(coefficient),
     "valid_from": first, "valid_to": None}
    for code, letter, group, coefficient, first in [
        ("371033", "L", "a", "4", None),
        ("371033", "L", "a", "0.5", None),
        ("377016", "N", None, "3", date(2010, 6, 1)),
        ("304850", "L", "b", "12", None),
        ("317332", "L", None, "2", None),
        ("317332", "K", None, "2", None),
    ]
]  # fmt: skip


def make_rates(turn: int) -> list[Row]:
    """Invented rates of some supplements, and an amount."""
    codes = ["371055", "301070", "301055", "371070", "399033", "371066"]
    rows: list[Row] = [
        {"code": code, "valid_from": None, "valid_to": None, "rate": None, "amount": None}
        for code in [*codes[turn:], *codes[:turn]][:4]
    ]
    rows[0]["rate"], rows[1]["rate"] = Decimal("0.5"), Decimal("0.333333")
    rows[2]["amount"], rows[3]["rate"] = amount("12.35"), Decimal(1)
    rows[1]["valid_to"] = date(2010, 12, 30)
    return rows


def fee(
    code: str,
    unit: Decimal,
    maximum: Decimal | None,
    reimbursement: Decimal | None,
    preferential: Decimal | None,
    first: date | None = None,
    last: date | None = None,
) -> Row:
    return {
        "code": code,
        "valid_from": first,
        "valid_to": last,
        "fee": unit,
        "maximum_fee": maximum,
        "reimbursement": reimbursement,
        "reimbursement_preferential": preferential,
    }


def shuffle(tables: dict[str, list[Row]], seed: int) -> None:
    """Put the rows of every table in another order; 0 leaves them."""
    if seed:
        rng = random.Random(seed)
        for rows in tables.values():
            rng.shuffle(rows)


# "-table", "table.column", or "=table" for a table without rows.
ABSENCES: list[tuple[str, ...]] = [
    *[()] * 32,
    ("-titles",),
    ("-fees",),
    ("-patients",),
    ("=titles",),
    ("=fees",),
    ("=patients",),
    ("services.tooth", "services.surfaces"),
    ("services.direct_method",),
    ("services.provisional", "services.supplement"),
    ("services.surfaces", "services.fee"),
    ("services.session_id", "services.line"),
    ("services.decided", "services.count", "services.related_service_id"),
    ("patients.birth_date", "fees.maximum_fee"),
    ("patients.preferential", "fees.reimbursement_preferential"),
    ("-patients", "-titles", "-fees"),
    ("-supplement_rates",),
    ("=supplement_rates", "-letters"),
    ("-letters", "-fee_letters"),
    ("fees.letter",),
    ("fees.letter", "-fee_letters"),
    ("-bridge_days",),
    ("-bridge_days",),
    ("=bridge_days", "=practitioners"),
    ("-authorisations", "-practitioners"),
    ("=authorisations", "-prescriptions"),
    ("=prescriptions", "services.duty"),
    ("prescriptions.in_treatment", "prescriptions.signed", "services.urgent"),
    ("prescriptions.prescriber", "services.report", "services.images"),
    ("prescriptions.model_form", "services.medical_case", "services.examined"),
    ("prescriptions.patient_id", "services.most_indicated", "patients.sex"),
    ("prescriptions.prescribed_on", "services.substitution_explained"),
    ("prescriptions.patient_sex", "services.existing_denture", "services.pregnant"),
    ("services.prescription_id", "services.requirement", "services.local_anaesthesia"),
    ("services.earlier_images", "services.justification", "services.digital_data_kept"),
    ("practitioners.public_offer_covers_duty_hours", "-bridge_days", "services.duty"),
]


def leave_out(tables: dict[str, list[Row]], absences: Sequence[str]) -> None:
    for absence in absences:
        if absence.startswith("-"):
            del tables[absence[1:]]
        elif absence.startswith("="):
            tables[absence[1:]] = []
        else:
            table, column = absence.split(".")
            for row in tables[table]:
                del row[column]


# --- how often ------------------------------------------------------------------------------------


def rates(answer: Answer, tables: Tables) -> dict[str, float]:
    """Shares of the new services: by outcome, by ``rule:severity``, and in what makes them hard.

    - ``count``: a count above one
    - ``waits``: goes with others, and takes its turn later than its own time
    - ``evidence:history``, ``evidence:unchecked``: a finding is shown by such a service
    - ``on a bridge day``: an urgent supplement refused for want of duty on a bridge day
    - ``only refused``: goes with others, of which there are some and none stands
    - ``relieved``: an urgent supplement that goes with an excluded service and with another
    - ``spared``: stands, though an earlier service that was refused would have blocked it
    - ``chain``: spared, and what would have blocked it was itself blocked by another service;
      ``chain:RULE`` where that is the rule by which it would have been blocked
    """
    found = Counter[str]()
    for rule, severity, _ in {(f.rule, f.severity, f.service_id) for f in answer.findings}:
        found[f"{rule}:{severity}"] += 1
    found["on a bridge day"] = sum(f.provision == "nomenclature-6/2ter-10" for f in answer.findings)
    past = {row["service_id"]: row.get("decided") for row in tables["services"]}
    now = {service_id: decision.outcome for service_id, decision in answer.decisions.items()}
    shown = [
        (f.service_id, f.evidence_service_id) for f in answer.findings if f.evidence_service_id
    ]
    found["evidence:history"] = len({one for one, by in shown if by not in now})
    found["evidence:unchecked"] = len(
        {one for one, by in shown if now.get(by, past[by]) == "unchecked"}
    )
    found.update(now.values())
    found.update(hard_cases(tables))
    return {name: number / max(1, len(now)) for name, number in found.items()}


def hard_cases(tables: Tables) -> Counter[str]:
    """How many services show each of the situations that only the walk itself can tell."""
    found = Counter[str]()
    refused: dict[str, list[Decided]] = {}
    for decided in walk(tables):
        service = decided.service
        before = refused.setdefault(service.patient_id, [])
        found["count"] += service.count > 1
        found["waits"] += service.turn != service.at
        found["only refused"] += goes_with_refused(decided)
        found["relieved"] += is_relieved(decided)
        if not decided.stands:
            before.append(decided)
            continue
        spared = {rule for each in before for rule in would_block(each.service, decided)}
        chain = {
            rule
            for each in before
            if is_blocked(each)
            for rule in would_block(each.service, decided)
        }
        found["spared"] += bool(spared)
        found["chain"] += bool(chain)
        found.update(f"chain:{rule}" for rule in chain)
    return found


def goes_with_refused(decided: Decided) -> bool:
    """Whether there is something that it can go with, and none of that stands."""
    service, case = decided.service, decided.case
    if service.day is None:
        return False
    if urgent_rules.is_supplement(service):
        company = case.those_it_goes_with(service)
        company = [other for other in company if urgent_rules.can_be_supplemented(other)]
    elif service.kind == "suture":
        company = [one for one in case.those_of_the_session(service) if is_extraction(one)]
    else:
        return False
    return bool(company) and not case.stand(company)


def is_relieved(decided: Decided) -> bool:
    """Whether it goes with one that gives no supplement by its heading, and with one that does."""
    service, case = decided.service, decided.case
    if not urgent_rules.is_supplement(service) or service.day is None:
        return False
    company = case.stand(case.those_it_goes_with(service))
    excluded = [other for other in company if other.section in law.HEADINGS_WITHOUT_SUPPLEMENT]
    return 0 < len(excluded) < len(company)


def is_blocked(decided: Decided) -> bool:
    return any(finding.evidence_service_id for finding in decided.findings)


def would_block(refused: Service, decided: Decided) -> set[str]:
    """The rules by which a service refused before, had it stood, would have refused this one."""
    case = Case(decided.case.folder, (*decided.case.standing, refused))
    return {
        finding.rule
        for rule in GROUP_RULES
        for finding in rule(decided.service, case)
        if finding.evidence_service_id == refused.id
    }


def mean(several: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """The mean of several measures; what one of them does not show is 0 there."""
    names = sorted({name for each in several for name in each})
    return {name: sum(each.get(name, 0) for each in several) / len(several) for name in names}

"""The law as the oracle reads it: lists and figures typed from the sources.

A list is written as the text prints it, in pairs: ambulatory-hospitalised. At the end there is a
nomenclature for the tests.
"""

from collections.abc import Iterable
from datetime import date, time
from decimal import Decimal
from typing import Any


def codes_of(pairs: str) -> frozenset[str]:
    """Both codes of every pair in a list such as ``"371114-371125 301114-301125"``."""
    return frozenset(code for pair in pairs.split() for code in pair.split("-"))


def teeth(numbers: str) -> frozenset[str]:
    """The teeth of a list such as ``"16 26"``, by the dental notation."""
    return frozenset(numbers.split())


# --- what rules are held for, and whose numbers begin with which digit --------------------------

# Article 6 rules article 5; article 34 is covered by what tests/law/given makes up.
COVERED: dict[str | None, tuple[date | None, date | None]] = {
    "5": (None, None),
    "34": (date(2009, 1, 1), None),
}

DENTISTS_TITLES = (
    *("general-dentist", "candidate-general-dentist", "orthodontist", "candidate-orthodontist"),
    *("periodontist", "candidate-periodontist", "doctor-dentist"),
)
DOCTORS_TITLES = ("stomatologist", "doctor-dentist", "radiologist", "general-practitioner")
TITLES_OF: dict[str, tuple[str, ...]] = {
    "1": DOCTORS_TITLES,
    "3": DENTISTS_TITLES,
    # pharmacists, nurses and midwives, physiotherapists, hospitals, laboratories
    **dict.fromkeys("24578", ()),
}

# --- nomenclature-6, §2bis and §3bis: conditions that the text leaves out ------------------------

CONDITIONAL_ATTESTATION = codes_of("371615-371626 371571-371582 301593-301604")
CONDITIONAL_EXTRACTION = codes_of("304894-304905 304916-304920 301173-301184 301210-301221")

# --- nomenclature-6, §2ter: urgent supplements ---------------------------------------------------

NIGHT_BEGINS = time(21, 0)
NIGHT_ENDS = time(8, 0)

# 1 January, 1 May, 21 July, 15 August, 1 and 11 November, 25 December
FIXED_HOLIDAYS = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
# Easter Monday, Ascension, Whit Monday
DAYS_AFTER_EASTER = (1, 39, 50)
EASTER = {
    each.year: each
    for each in [
        date(2005, 3, 27),
        date(2006, 4, 16),
        date(2007, 4, 8),
        date(2008, 3, 23),
        date(2009, 4, 12),
        date(2010, 4, 4),
        date(2011, 4, 24),
        date(2012, 4, 8),
        date(2013, 3, 31),
        date(2014, 4, 20),
        date(2015, 4, 5),
        date(2016, 3, 27),
        date(2017, 4, 16),
        date(2018, 4, 1),
        date(2019, 4, 21),
        date(2020, 4, 12),
        date(2021, 4, 4),
    ]
}

RADIOLOGY_WITH_SUPPLEMENT = codes_of(
    """
    307016-307020 307031-307042 307053-307064 307090-307101 307274-307285
    377016-377020 377031-377042 377053-377064 377090-377101 377274-377285
    """
)
N_TO_L = Decimal("0.6")
EXCEPTED_FROM_ARTICLE_14 = codes_of("317295-317306")
TITLES_WITH_SUPPLEMENT = frozenset(
    {
        *("general-dentist", "candidate-general-dentist"),
        *("orthodontist", "candidate-orthodontist"),
        *("periodontist", "candidate-periodontist"),
    }
)
HEADINGS_WITHOUT_SUPPLEMENT = frozenset({"preventive", "removable-denture", "periodontology"})

# --- nomenclature-6, §17.1 and §17.3: radiography -------------------------------------------------

XRAY_AUTHORISATIONS = frozenset({"xray-authorisation", "xray-acceptance", "xray-control"})
PROOFS_OF_THE_ESTABLISHMENT = {
    "radiography-establishment": "xray-establishment",
    "radiography-establishment-control": "xray-establishment-control",
}
DIGITAL_DATA_KEPT = codes_of("377230-377241 307230-307241 307252-307263")

# a) to h); i) is the signature
PRESCRIPTION_ITEMS = (
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
)

# --- nomenclature-6, §17.4: no age is printed; ours ----------------------------------------------

AGES_OF_PREGNANCY = (12, 55)

# --- nomenclature-6, §18: who may attest what ---------------------------------------------------

GENERAL_TITLES = frozenset(
    {"general-dentist", "candidate-general-dentist", "stomatologist", "doctor-dentist"}
)
PERIODONTIST_TITLES = frozenset({"periodontist", "candidate-periodontist"})
ORTHODONTIST_TITLES = frozenset({"orthodontist", "candidate-orthodontist"})
RADIOLOGIST = "radiologist"

CLOSED_TO_GENERAL_DENTISTS = codes_of(
    """
    371092-371103 301092-301103 371114-371125 301114-301125
    """
)

OPEN_TO_PERIODONTISTS = codes_of(
    """
    371114-371125 301114-301125 371033-371044 301033-301044
    371055-371066 301055-301066 371070-371081 301070-301081
    371136-371140 301136-301140 371151-371162 301151-301162
    301173-301184 371195-371206 301195-301206 301210-301221
    371254-371265 301254-301265 301276-301280 301291-301302
    301313-301324 301335-301346 301350-301361 301372-301383
    371556-371560 371615-371626 371571-371582 371696-371700
    301696-301700 371711-371722 301711-301722 371733-371744
    301733-301744 371755-371766 301755-301766 371770-371781
    301770-301781 371792-371803 371814-371825 371836-371840
    371851-371862 371873-371884 302153-302164 302175-302186
    302190-302201 302212-302223 302234-302245 374850-374861
    304850-304861 374872-374883 304872-304883 304894-304905
    304916-304920 374754-374765 304754-304765 374776-374780
    304776-304780 374931-374942 304931-304942 308512-308523
    377016-377020 307016-307020 377031-377042 307031-307042
    377053-377064 307053-307064 377090-377101 307090-307101
    377112-377123 307112-307123 377134-377145 307134-307145
    377230-377241 307230-307241 307252-307263 377274-377285
    307274-307285 379514-379525 309514-309525 389572-389583
    389594-389605 389616-389620 389631-389642 389653-389664
    """
)

OPEN_TO_ORTHODONTISTS = codes_of(
    """
    371092-371103 301092-301103 371033-371044 301033-301044
    371055-371066 301055-301066 371070-371081 301070-301081
    371136-371140 301136-301140 371151-371162 301151-301162
    301173-301184 371195-371206 301195-301206 301210-301221
    371254-371265 301254-301265 371556-371560 371615-371626
    371571-371582 301593-301604 305550-305561 305572-305583
    305616-305620 305653-305664 305734-305745 305631-305642
    305675-305686 305830-305841 305852-305863 305874-305885
    305911-305922 305933-305944 305955-305966 377016-377020
    307016-307020 377031-377042 307031-307042 377053-377064
    307053-307064 377090-377101 307090-307101 377112-377123
    307112-307123 377134-377145 307134-307145 377230-377241
    307230-307241 307252-307263 377274-377285 307274-307285
    389572-389583 389594-389605 389616-389620 389631-389642
    389653-389664
    """
)

# nomenclature-6, §17.2, third paragraph
OPEN_TO_RADIOLOGISTS = codes_of(
    """
    377090-377101 377112-377123 377134-377145 377230-377241 377274-377285
    307090-307101 307112-307123 307134-307145 307230-307241 307252-307263 307274-307285
    """
)

# --- nomenclature-6, §17.2: what may not be charged together -------------------------------------

NOT_WITH_455630 = codes_of("377112-377123 377134-377145 307112-307123 307134-307145")
CODES_455630 = codes_of("455630-455641")
NOT_WITH_RADIOLOGY = codes_of("377230-377241 307230-307241 307252-307263")
ARTICLES_OF_RADIOLOGY = frozenset({"17", "17ter"})
RADIOLOGY_SECTIONS = frozenset({"radiography", "imaging"})

# --- nomenclature-6, §4bis: fillings and restorations --------------------------------------------

COUNTED_FILLINGS = frozenset(
    {"filling-1", "filling-2", "filling-3", "cusp", "incisal-edge", "crown-buildup"}
)
FILLINGS_AND_RESTORATIONS = COUNTED_FILLINGS | {"restoration"}
FILLINGS_PER_TOOTH_AND_YEAR = 2
INDIRECT_ALLOWED = codes_of("374474-374485")
PROVISIONAL_ALLOWED = codes_of("373575-373586 303575-303586 373774-373785 303774-303785")

# Under which heading each finer kind stands.
HEADING_OF_KIND = {
    **dict.fromkeys(sorted(FILLINGS_AND_RESTORATIONS), "conservative"),
    **dict.fromkeys(("prefabricated-crown", "pulpotomy"), "conservative"),
    **dict.fromkeys(("extraction", "root-removal", "suture"), "extraction"),
    "sealing": "preventive",
    "subgingival-scaling": "periodontology",
    "panoramic": "radiography",
}

# --- nomenclature-6, §3bis ------------------------------------------------------------------------

EXTRACTIONS_PER_TOOTH = 1

# --- dental-2009, projects N0910/01 to 06 ---------------------------------------------------------

PROJECTS_FROM = date(2009, 5, 1)
PROJECTS_TO = date(2010, 12, 31)
ANNUAL_EXAMINATION = codes_of("301593-301604")
IMPLANTS = 2
EXTRACTIONS_UP_TO_18 = codes_of("374850-374861 374872-374883")

# --- what the sources leave to input, as tests/law/given makes it up ------------------------------

WITHOUT_PATIENT_SHARE = codes_of("900690-900701 374334-374345")
ECG_A_DAY = 2
ECG_FROM = date(2020, 9, 1)
ECG_TO = date(2020, 12, 31)
ARTICLE_34_FROM = date(2021, 1, 1)
RESTRAINT_FROM = date(2031, 1, 1)

# --- teeth ----------------------------------------------------------------------------------------

DECIDUOUS_MOLARS = teeth("54 55 64 65 74 75 84 85")
FIRST_PERMANENT_MOLARS = teeth("16 26 36 46")
LOWER_JAW = teeth(
    """
    31 32 33 34 35 36 37 38 41 42 43 44 45 46 47 48
    71 72 73 74 75 81 82 83 84 85
    """
)


# --- a nomenclature for the tests -----------------------------------------------------------------
# The codes are printed in the sources where the sources print one of that sort; section, kind,
# tooth and faces are set so that every rule has something to bite on, and are no statement about
# the real nomenclature. The last group is invented altogether.

Row = dict[str, Any]


def _pair(
    pair: str,
    article: str | None,
    section: str | None,
    kind: str | None = None,
    tooth: str | None = None,
    faces: int | None = None,
    valid_from: date | None = None,
    valid_to: date | None = None,
    images: int | None = None,
) -> list[Row]:
    codes = pair.split("-")
    return [
        {
            "code": code,
            "pair_code": other if other != code else None,
            "article": article,
            "section": section,
            "kind": kind,
            "tooth": tooth,
            "faces": faces,
            "images": images,
            "valid_from": valid_from,
            "valid_to": valid_to,
        }
        for code, other in zip(codes, reversed(codes), strict=True)
    ]


def _conservative(pair: str, kind: str | None, tooth: str | None, **more: Any) -> list[Row]:
    return _pair(pair, "5", "conservative", kind, tooth, **more)


def _dental(section: str, pairs: str, kind: str | None = None, tooth: str = "none") -> list[Row]:
    return [row for pair in pairs.split() for row in _pair(pair, "5", section, kind, tooth)]


def _nomenclature() -> Iterable[list[Row]]:
    yield _conservative("373811-373822", "filling-1", "required", faces=1)
    yield _conservative("303811-303822", "filling-1", "required", faces=1)
    yield _conservative("373833-373844", "filling-2", "required", faces=2)
    yield _conservative("373855-373866", "filling-3", "required", faces=3)
    yield _conservative("373892-373903", "cusp", "required")
    yield _conservative("373914-373925", "incisal-edge", "required", faces=2)
    yield _conservative("373936-373940", "crown-buildup", "unknown")
    yield _conservative("374474-374485", "restoration", "required")
    yield _conservative("373575-373586", "restoration", "required")
    yield _conservative("303774-303785", "filling-1", None, faces=1)
    yield _conservative("373951-373962", "restoration", "unknown")
    yield _conservative("374032-374043", None, "none")
    yield _conservative("374054-374065", None, None)
    yield _conservative(
        "303833-303844", "filling-1", "required", faces=1, valid_to=date(2010, 6, 15)
    )
    yield _conservative(
        "303855-303866", "filling-3", "required", faces=3, valid_from=date(2010, 1, 1)
    )
    yield _conservative("374334-374345", "pulpotomy", "required")
    yield _conservative("374076-374080", "prefabricated-crown", "required")
    yield _pair("374091-374102", "5", None, "prefabricated-crown", "unknown")
    # a code without a pair
    yield _conservative("303870", "filling-2", "required", faces=2)

    yield _dental("extraction", "374850-374861 304850-304861", "extraction", "required")
    yield _dental("extraction", "374872-374883", "extraction", "required")
    yield _dental("extraction", "374975-374986", "root-removal", "required")
    yield _dental("extraction", "304894-304905", "extraction", "unknown")
    yield _dental("extraction", "304916-304920", None, "unknown")
    yield _pair("301173-301184", "5", None)
    yield _dental("extraction", "374754-374765", "root-removal", "required")
    yield _dental("extraction", "374776-374780", None, "required")
    yield _dental("extraction", "374953-374964", "suture", "none")

    yield _dental("consultation", "371033-371044 371092-371103 371114-371125")
    yield _dental("preventive", "301593-301604 371615-371626")
    yield _dental("preventive", "371696-371700", "sealing", "required")
    yield _dental("periodontology", "302153-302164", "subgingival-scaling", "unknown")
    yield _dental("periodontology", "302175-302186", None, "required")
    yield _dental("orthodontics", "305550-305561")
    yield _dental("removable-denture", "308512-308523")
    yield _dental("implant", "308534-308545", None, "unknown")
    yield _dental("urgent-supplement", "371055-371066", "consultation-supplement")
    yield _dental("urgent-supplement", "301070-301081 301055-301066 371070-371081")
    yield _dental("implant", "308556-308560", "anchoring", "unknown")

    yield _dental("radiography", "377016-377020 307031-307042")
    yield _dental("radiography", "377090-377101", "panoramic")
    yield _dental("radiography", "377112-377123 307112-307123 307134-307145")
    yield _pair("377134-377145", "5", "radiography", tooth="none", images=2)
    yield _pair("307053-307064", "5", "radiography", tooth="none", images=10)
    yield _dental("radiography", "377230-377241 307230-307241 307252-307263")
    yield _pair("455630-455641", "17", "radiography", tooth="none")
    yield _pair("458835-458846", "17ter", "radiography", tooth="none")
    yield _pair("457855-457866", "17bis", "radiography", tooth="none")
    yield _pair("457870-457881", None, "radiography")
    yield _pair("457892-457903", None, "imaging")
    yield _pair("458673-458684", "5", "imaging", tooth="none")
    yield _pair("458850-458861", "17ter", None)
    yield _pair("455652-455663", "17", "radiography", "panoramic", "none", images=3)
    yield _pair("317295-317306", "14 l)", None, "plus")
    yield _pair("317310-317321", "14 l)", None, "plus")
    yield _pair("317354-317365", "14 l)", None)
    yield _pair("317376-317380", "14 l)", None, "stitches")
    yield _pair("317332-317343", "14", None)
    yield _pair("900690-900701", None, None)
    yield _pair("900712-900723", None, None, "electrocardiogram")
    yield _pair("900734-900745", "34", None, "catheter")
    yield _pair("900756-900760", "34", None, "angiography")

    # Invented, so that the order of accompanying services decides something: an image that goes
    # with others as a suture does, and a filling that does as a supplement does.
    yield _pair("399011-399022", "5", "radiography", "suture", "none")
    yield _pair("399033-399044", "5", "urgent-supplement", "filling-1", "required", 1)


NOMENCLATURE: list[Row] = [row for rows in _nomenclature() for row in rows]

# Well-formed, and in no nomenclature of ours.
UNKNOWN_CODES = ("599992", "100004")

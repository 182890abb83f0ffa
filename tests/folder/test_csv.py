"""CSV as people and programs write it: what is a row, and how many there are."""

from __future__ import annotations

from pathlib import Path

import pytest

from conventio.folder import read as reading
from conventio.folder.engine import DuckDB
from conventio.folder.problems import Unusable
from conventio.folder.read import read_folder

from .inputs import NIHDI, said_of_folder

NAMES = ("service_id", "attestation_id", "patient_id", "practitioner", "performed_at", "code")
HEADER = ",".join((*NAMES, "justification"))


def row(number: int, justification: str = "") -> str:
    return f"S{number},A{number},P{number},{NIHDI},2020-03-02,301011,{justification}"


def given(folder: Path, text: str, *, table: str = "services") -> Path:
    (folder / f"{table}.csv").write_bytes(text.encode())
    return folder


def rows(folder: Path) -> list[tuple[int, str]]:
    """The number and the name of each service that is read."""
    with DuckDB() as engine:
        read_folder(engine, folder)
        found = engine.rows("SELECT row, service_id FROM services ORDER BY row")
    return [(one["row"], one["service_id"]) for one in found]


BREAK = '"first\n\nsecond"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{HEADER}\n{row(1, BREAK)}\n{row(2)}\n", [(2, "S1"), (3, "S2")]),
        (f"\n\n{HEADER}\n{row(1)}\n{row(2)}\n", [(4, "S1"), (5, "S2")]),
        (f"\n\n{HEADER}\n{row(1)}\n\n{row(2)}\n", [(4, "S1"), (6, "S2")]),
        (f"{HEADER}\n\n\n{row(1)}\n", [(4, "S1")]),
        (f"{HEADER}\r\n{row(1, BREAK)}\r\n{row(2)}\r\n", [(2, "S1"), (3, "S2")]),
        (f"{HEADER}\r{row(1)}\r\r{row(2)}\r", [(2, "S1"), (4, "S2")]),
        (f"\ufeff\n\n{HEADER}\n{row(1)}\n{row(2)}\n", [(4, "S1"), (5, "S2")]),
    ],
    ids=["in a cell", "before", "before and between", "after", "CR LF", "CR", "after the mark"],
)
def test_two_line_ends_in_a_row_drop_nothing(
    text: str, expected: list[tuple[int, str]], tmp_path: Path
) -> None:
    assert rows(given(tmp_path, text)) == expected


def test_blank_lines_first_leave_every_fee(tmp_path: Path) -> None:
    given(tmp_path, f"{HEADER}\n{row(1)}\n")
    given(tmp_path, "\n\ncode,fee\n301011,20\n", table="fees")
    with DuckDB() as engine:
        read_folder(engine, tmp_path)
        assert engine.count("fees") == 1


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "SEP=;"])
def test_a_spreadsheet_may_say_what_parts_the_columns(first: str, tmp_path: Path) -> None:
    """It shows no such line, and counts from the header on."""
    text = "\n".join((first, HEADER, row(1), row(2), "")).replace(",", ";")
    assert rows(given(tmp_path, text)) == [(2, "S1"), (3, "S2")]
    text = "\n".join((first, HEADER, row(1), "too;short", "", row(2), "")).replace(",", ";")
    assert said_of_folder(given(tmp_path, text)) == [
        "services.csv, row 3: found 2 values, expected 7, as many as the header has names"
    ]


def test_another_separator_is_told_after_that_line_too(tmp_path: Path) -> None:
    text = "\n".join(("sep=|", HEADER, row(1), "")).replace(",", "|")
    first, *_ = said_of_folder(given(tmp_path, text))
    assert first.startswith("services.csv, row 1: found a header parted by vertical bars")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{HEADER}\n{row(1)}\r\n{row(2)}\r\n", "row 2: found a row that ends with CR LF"),
        (f"{HEADER}\r\n{row(1)}\n{row(2)}\n", "row 2: found a row that ends with LF"),
        (f"{HEADER}\n{row(1)}\n{row(2)}\r\n{row(3)}\n", "row 3: found a row that ends with CR LF"),
        (f"{HEADER}\n{row(1)}\r{row(2)}\n", "row 2: found a row that ends with CR,"),
        (f"{HEADER}\n{row(1)}\r\r\n{row(2)}\n", "row 2: found a row that ends with CR,"),
        (f"sep=,\n{HEADER}\r\n{row(1)}\r\n", "row 1: found a row that ends with CR LF"),
    ],
)
def test_line_ends_of_two_kinds_are_told_with_the_row(text: str, said: str, tmp_path: Path) -> None:
    (message,) = said_of_folder(given(tmp_path, text))
    assert message.startswith(f"services.csv, {said}")


def test_line_ends_within_a_cell_may_be_others(tmp_path: Path) -> None:
    text = f"{HEADER}\r\n" + row(1, '"one\ntwo\rthree"') + f"\r\n{row(2)}\r\n"
    assert rows(given(tmp_path, text)) == [(2, "S1"), (3, "S2")]


def test_a_line_end_in_the_header_is_refused(tmp_path: Path) -> None:
    for end in ("\n", "\n\n", "\r\n"):
        (message,) = said_of_folder(given(tmp_path, f'{HEADER},"note{end}"\n{row(1)},\n'))
        assert message.startswith("services.csv, row 1: found a quote that is not closed")


def test_a_row_with_something_in_a_column_that_is_not_known_is_a_row(tmp_path: Path) -> None:
    """Only rows of separators alone are none."""
    text = f"{HEADER},note\n{row(1)},\n,,,,,,,\n,,,,,,,see above\n"
    first, *_ = said_of_folder(given(tmp_path, text))
    assert first.startswith("services.csv, row 4, column service_id: found nothing")


@pytest.mark.parametrize(
    "text",
    [
        f"{HEADER}\n",
        f"{HEADER}",
        f"{HEADER}\n\n\n",
        f'{HEADER}\n,,,,,,\n{row(1)}\n,,,,,,\n"",,,,,,\n',
        f"{HEADER}\n" + row(1, '"' + "x" * (3 << 20) + '"') + "\n",
        "service_id\n\nS1\n\n",
    ],
    ids=["none", "no line end", "blank", "separators", "a long cell", "one column"],
)
def test_both_counts_agree(text: str, tmp_path: Path) -> None:
    """Nothing is said of rows that are missing."""
    assert not [one for one in said_of_folder(given(tmp_path, text)) if "another count" in one]


def test_a_count_that_differs_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given(tmp_path, f"{HEADER}\n{row(1)}\n{row(2)}\n")
    monkeypatch.setattr(reading, "records", lambda path, dialect: 3)
    with DuckDB() as engine, pytest.raises(Unusable) as caught:
        read_folder(engine, tmp_path)
    assert str(caught.value).startswith(
        "services.csv: found 2 rows, expected 3 rows, by another count of the same file"
    )


def test_rows_put_aside_are_counted_too(tmp_path: Path) -> None:
    given(tmp_path, f"{HEADER}\n{row(1)}\nshort\n{row(2)}\n{row(3)},long\n{row(4)}\n")
    with DuckDB() as engine:
        folder = read_folder(engine, tmp_path, set_aside=True)
        assert folder.set_aside == {"services": 2}
        assert folder.inputs[0].rows == 5

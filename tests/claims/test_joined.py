"""The input with its decisions: every row and column as given, and the answers beside."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as arrow_csv
import pyarrow.parquet as pq
import pytest

from conventio.claims.joined import ANSWERS
from tests.cli.run import conventio, example_in
from tests.folder.inputs import services

Row = dict[str, str]


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write(path: Path, header: list[str], rows: list[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream, lineterminator="\n")
        lines.writerows([header, *rows])


def check(folder: Path, *options: str) -> list[Row]:
    ran = conventio("check", folder, "--joined", "--csv", "--force", *options)
    assert ran.code == 0, ran.stderr
    return read(folder / "out" / "joined.csv")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = example_in(tmp_path_factory.mktemp("joined") / "folder")
    check(made)
    return made


@pytest.fixture(scope="module")
def joined(folder: Path) -> list[Row]:
    return read(folder / "out" / "joined.csv")


def test_every_row_of_the_input_is_there_once_with_its_columns(
    folder: Path, joined: list[Row]
) -> None:
    given = {row["service_id"]: row for row in read(folder / "services.csv")}
    assert len(joined) == len(given)
    for row in joined:
        own = given[row["service_id"]]
        assert set(row) == set(own) | set(ANSWERS)
        for name in ("patient_id", "practitioner", "code", "tooth", "surfaces", "decided"):
            assert row[name] == own[name]


def test_the_decisions_are_those_of_the_table(folder: Path, joined: list[Row]) -> None:
    decisions = {row["service_id"]: row for row in read(folder / "out" / "decisions.csv")}
    assert sum(row["outcome"] != "" for row in joined) == len(decisions)
    for row in joined:
        own: dict[str, Any] = decisions.get(row["service_id"], dict.fromkeys(ANSWERS, ""))
        assert [row[name] for name in ANSWERS[:-1]] == [own[name] for name in ANSWERS[:-1]]
        assert (row["outcome"] == "") == (row["decided"] != ""), "history has no decision here"


def test_the_findings_are_named_once_each(folder: Path, joined: list[Row]) -> None:
    said: dict[str, set[str]] = {}
    for row in read(folder / "out" / "findings.csv"):
        reason = f"{row['reason_system']}/{row['reason_code']}"
        said.setdefault(row["service_id"], set()).add(
            f"{row['severity']} {row['provision']} {reason}"
        )
    found = {row["service_id"]: row["findings"] for row in joined if row["findings"]}
    assert found == {name: "; ".join(sorted(ones)) for name, ones in said.items()}


def test_patients_follow_each_other_with_their_history_first(
    folder: Path, joined: list[Row]
) -> None:
    places = [(row["patient_id"], row["decided"] == "") for row in joined]
    assert places == sorted(places)
    new = [row["service_id"] for row in joined if not row["decided"]]
    assert new == [row["service_id"] for row in read(folder / "out" / "decisions.csv")]


def test_parquet_holds_the_same(folder: Path, joined: list[Row]) -> None:
    table = pq.read_table(folder / "out" / "joined.parquet")
    assert table.schema.names == list(joined[0])
    assert table["service_id"].to_pylist() == [row["service_id"] for row in joined]


def test_the_order_of_the_rows_changes_nothing(folder: Path, tmp_path: Path) -> None:
    other = example_in(tmp_path / "folder")
    services = other / "services.csv"
    header, *lines = services.read_text(encoding="utf-8").splitlines()
    services.write_text("\n".join([header, *reversed(lines)]) + "\n", encoding="utf-8")
    check(other)
    names = ("out/joined.csv",)
    assert [(folder / one).read_bytes() for one in names] == [
        (other / one).read_bytes() for one in names
    ]


COLUMNS = ["service_id", "attestation_id", "patient_id", "practitioner", "performed_at", "code"]


def service(name: str, code: str = "304371") -> list[str]:
    return [name, "a", "p", "39990130001", f"2024-01-0{name[-1]}", code]


def test_columns_that_conventio_does_not_know_go_along(tmp_path: Path) -> None:
    header = [*COLUMNS, "note", "law", "LAW_given", "", "Outcome"]
    rows = [[*service(f"s{n}"), f"{n}, é", "x", "y", "z", "o"] for n in (1, 2, 3)]
    rows[1][len(COLUMNS) :] = ["", "", "", "", ""]
    write(tmp_path / "services.csv", header, rows)
    found = check(tmp_path)
    assert list(found[0]) == [
        *(*COLUMNS, "note", "law_given", "LAW_given_given", "column_10", "Outcome_given"),
        *ANSWERS,
    ]
    further = [[row[name] for name in list(row)[6:11]] for row in found]
    assert further == [["1, é", "x", "y", "z", "o"], [""] * 5, ["3, é", "x", "y", "z", "o"]]
    assert all(row["law"] not in ("x", "") for row in found)


def test_further_columns_stay_with_their_rows_around_lines_that_are_none(tmp_path: Path) -> None:
    lines = [
        "service_id;attestation_id;patient_id;practitioner;performed_at;code;note",
        "",
        "s1;a;p;39990130001;2024-01-01;304371;one",
        "s2;a;p;39990130001;2024-01-02;304371;two;too;many",
        ";;;;;;",
        "",
        "s3;a;p;39990130001;2024-01-33;304371;three",
        "s4;a;p;39990130001;2024-01-04;304371;four",
    ]
    (tmp_path / "services.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = check(tmp_path, "--set-aside")
    assert [(row["service_id"], row["note"]) for row in found] == [("s1", "one"), ("s4", "four")]


def test_further_columns_of_parquet_keep_their_types(tmp_path: Path) -> None:
    write(tmp_path / "given.csv", COLUMNS, [service(f"s{n}") for n in (1, 2)])
    as_text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(COLUMNS, pa.string()))
    table = arrow_csv.read_csv(tmp_path / "given.csv", convert_options=as_text)
    table = table.append_column("weights", pa.array([[1, 2], None], pa.list_(pa.int32())))
    table = table.append_column("findings", pa.array([1.5, 2.5]))
    pq.write_table(table, tmp_path / "services.parquet")
    (tmp_path / "given.csv").unlink()
    check(tmp_path)
    found = pq.read_table(tmp_path / "out" / "joined.parquet")
    assert found["weights"].to_pylist() == [[1, 2], None]
    assert found["findings_given"].to_pylist() == [1.5, 2.5]


def test_a_message_is_joined_too(tmp_path: Path) -> None:
    message = tmp_path / "extraction.xml"
    message.write_bytes((Path(__file__).parents[1] / "messages" / message.name).read_bytes())
    ran = conventio("check", message, "--joined", "--csv")
    assert ran.code == 0, ran.stderr
    out = tmp_path / "extraction.out"
    found = read(out / "joined.csv")
    assert found[0]["code"] != ""
    assert [row["outcome"] for row in found] == [
        row["outcome"] for row in read(out / "decisions.csv")
    ]


def test_without_the_option_nothing_is_joined(folder: Path, tmp_path: Path) -> None:
    conventio("check", folder, "--out", tmp_path / "out")
    assert not (tmp_path / "out" / "joined.parquet").exists()


NAMES = ("place", "Row", "since", "until", "ahead", ".part.patient", ".findings.row", "further 0")
"""Names that a query may have for something of its own."""


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_columns_of_any_name_keep_what_they_hold(suffix: str, tmp_path: Path) -> None:
    own = {name: [f"{name} of {row}" for row in "ab"] for name in NAMES}
    given = services(performed_at=["2020-03-02", "2020-03-03"], **own)
    if suffix == "parquet":
        pq.write_table(given, tmp_path / "services.parquet")
    else:
        # A blank line, so that rows are numbered around it.
        rows = [list(row.values()) for row in given.to_pylist()]
        write(tmp_path / "services.csv", given.column_names, [rows[0], [], rows[1]])
    found = check(tmp_path)
    assert {name: [row[name] for row in found] for name in NAMES} == own

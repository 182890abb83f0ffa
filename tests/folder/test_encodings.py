"""Files that are not UTF-8, or not text: said with the line and what seems to stand there."""

from __future__ import annotations

from pathlib import Path

import pytest

from .inputs import NIHDI, said_of_folder

HEADER = "service_id,attestation_id,patient_id,practitioner,performed_at,code,site\n"
ROW = f"S1,A1,P1,{NIHDI},2020-03-02,301011,"
SAVE = "expected UTF-8. Save the file as CSV in UTF-8"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            (HEADER + ROW + "Gand\n" + ROW.replace("S1", "S2") + "Huy à\n").encode("cp1252"),
            'services.csv, row 3: found bytes that windows-1252 reads as "20-03-02,301011,Huy à", '
            + SAVE,
        ),
        ((HEADER + ROW).encode("utf-16"), f"services.csv: found UTF-16 text, {SAVE}"),
        ((HEADER + ROW).encode("utf-16-le"), f"services.csv, row 1: found a zero byte, {SAVE}"),
        (
            (HEADER + ROW + "a\0b\n").encode(),
            f"services.csv, row 2: found a zero byte, {SAVE}",
        ),
        (
            (HEADER + ROW).encode() + b"\xc3",
            f'services.csv, row 2: found bytes that windows-1252 reads as "Ã", {SAVE}',
        ),
    ],
    ids=["windows-1252", "utf-16", "utf-16 without mark", "zero byte", "cut short"],
)
def test_other_encodings(content: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "services.csv").write_bytes(content)
    assert said_of_folder(tmp_path) == [message]


def test_a_bad_byte_far_into_the_file(tmp_path: Path) -> None:
    rows = "".join(f"S{n}{ROW[2:]}Gand\n" for n in range(30_000))
    bad = (HEADER + rows).encode() + f"SX{ROW[2:]}Huy é\n".encode("cp1252")
    (tmp_path / "services.csv").write_bytes(bad)
    assert said_of_folder(tmp_path) == [
        'services.csv, row 30002: found bytes that windows-1252 reads as "20-03-02,301011,Huy é", '
        + SAVE
    ]


def test_letters_across_the_edge_of_a_chunk(tmp_path: Path) -> None:
    for shift in range(4):
        start = (HEADER + ROW).encode()
        filling = b"x" * ((1 << 20) - len(start) - shift)
        (tmp_path / "services.csv").write_bytes(start + filling + "é€\n".encode())
        assert said_of_folder(tmp_path) == []

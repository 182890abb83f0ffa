"""What a program that calls `conventio.check` does beside it: it forks, in a folder of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import conventio

PROGRAM = """
import multiprocessing, os, sys
import pyarrow as pa
from conventio import check

columns = ("service_id", "attestation_id", "patient_id", "practitioner", "performed_at", "code")
values = ("S1", "A1", "P1", "10000007001", "2010-03-01T10:00:00", "304371")
services = {"services": pa.table([[value] for value in values], names=list(columns))}

def decided(number):
    return check(services).decisions.num_rows

if __name__ == "__main__":
    assert decided(0) == 1
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert pool.map(decided, range(2)) == [1, 1]
    child = os.fork()
    if child == 0:
        assert decided(0) == 1
        sys.exit(7)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
    idle = os.fork()
    if idle == 0:
        sys.exit(8)
    assert os.waitstatus_to_exitcode(os.waitpid(idle, 0)[1]) == 8
    assert decided(0) == 1
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_an_engine_is_not_touched_in_a_process_that_was_forked(tmp_path: Path) -> None:
    """Nor does anything stay in the working directory, in which nothing can be made."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM, encoding="utf-8")
    here = tmp_path / "here"
    here.mkdir()
    (here / ".tmp").touch()
    ran = subprocess.run(
        [sys.executable, program],
        cwd=here,
        env={**os.environ, "PYTHONPATH": str(Path(conventio.__file__).parents[1])},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert [file.name for file in here.iterdir()] == [".tmp"]

"""Interrupted, killed, out of memory: no half output, a clear message, an exit code by contract."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from conventio.folder.engine import EngineMissing
from conventio.folder.spark_program import INSTALL, MEMORY, look_for_spark
from tests.cli.run import conventio, example_in, files_in

COMMAND = (sys.executable, "-m", "conventio")
LONGEST = 900.0
"""Seconds that a check may take on a machine with much else to do."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    try:
        look_for_spark()
    except EngineMissing as missing:
        pytest.skip(str(missing))
    return example_in(tmp_path / "folder")


@pytest.fixture
def check(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts checks of the folder on Spark; none outlives the test."""
    started: list[subprocess.Popen[str]] = []

    def start(**environment: str) -> subprocess.Popen[str]:
        words = (*COMMAND, "check", str(folder), "--engine", "spark", "--master", "local[2]")
        started.append(
            subprocess.Popen(
                words,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                env={**os.environ, **environment},
            )
        )
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def in_the_middle(folder: Path, process: subprocess.Popen[str]) -> int:
    """Wait until rules are being asked; the Java process."""
    until = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < until:
        if len(list(folder.glob(".out-new-*/**/.spill-*/table-*"))) > len(files_in(folder)):
            return next(
                pid for pid in children(process.pid) if "java" in command(pid).split("\0")[0]
            )
        time.sleep(0.05)
    process.kill()
    raise AssertionError(f"ended, or never came so far: {process.communicate()}")


def children(parent: int) -> list[int]:
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == parent:
            found.append(int(status.parent.name))
    return found


def command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.cluster
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_check_that_is_told_to_stop_leaves_nothing(
    folder: Path,
    check: Callable[..., subprocess.Popen[str]],
    number: signal.Signals,
    code: int,
) -> None:
    before = files_in(folder)
    process = check()
    java = in_the_middle(folder, process)
    process.send_signal(number)
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == code
    assert said.startswith("Stopped ")
    assert said.endswith("nothing was written.\n")
    assert said.count("\n") == 1
    assert files_in(folder) == before
    assert not is_alive(java)


@pytest.mark.cluster
def test_spark_that_is_killed_leaves_nothing(
    folder: Path, check: Callable[..., subprocess.Popen[str]]
) -> None:
    before = files_in(folder)
    process = check()
    os.kill(in_the_middle(folder, process), signal.SIGKILL)
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said.startswith("Spark's Java process ended in the middle, by signal 9.")
    assert said.endswith("Nothing was written.\n")
    assert said.count("\n") == 1
    assert files_in(folder) == before


@pytest.mark.cluster
def test_spark_without_memory_says_how_to_give_it_more(
    folder: Path, check: Callable[..., subprocess.Popen[str]]
) -> None:
    before = files_in(folder)
    # A collector that gives up soon, where another would go on looking for room.
    collector = "-XX:+UseParallelGC -XX:GCTimeLimit=10 -XX:GCHeapFreeLimit=50"
    little = f"--conf spark.testing.reservedMemory=0 --driver-java-options '{collector}'"
    process = check(**{MEMORY: "80m", "PYSPARK_SUBMIT_ARGS": f"{little} pyspark-shell"})
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said.startswith(f"Spark ran out of memory. Give it more: on one machine set {MEMORY}")
    assert said.endswith("Nothing was written.\n")
    assert files_in(folder) == before


@pytest.mark.cluster
def test_a_bad_folder_is_said_to_be_bad(
    folder: Path, check: Callable[..., subprocess.Popen[str]]
) -> None:
    """With the words and the code of any check."""
    (folder / "services.csv").write_text("service_id\n1\n", encoding="utf-8")
    expected = conventio("check", folder)
    process = check()
    _, said = process.communicate(timeout=LONGEST)
    assert (process.returncode, said) == (expected.code, expected.stderr)
    assert expected.code == 2


def test_without_spark_the_message_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = conventio("check", folder, "--engine", "spark")
    assert (ran.code, ran.stderr) == (2, f"{INSTALL}\n")
    assert "pip install 'conventio[spark]'" in INSTALL


def test_without_java_the_message_says_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JAVA_HOME", "/nowhere")
    ran = conventio("check", folder, "--engine", "spark")
    assert ran.code == 2
    assert "Java runtime, version 17 or later: found none" in ran.stderr


def test_a_cluster_is_for_spark(folder: Path) -> None:
    ran = conventio("check", folder, "--master", "local[2]")
    assert (ran.code, ran.stderr) == (2, "--master goes with --engine spark\n")

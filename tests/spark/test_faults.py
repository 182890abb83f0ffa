"""Interrupted, killed, out of memory: no half output, a clear message, an exit code by contract."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from conventio.folder.engine import EngineMissing
from conventio.folder.spark_program import INSTALL, MEMORY, look_for_spark
from tests.cli.run import conventio, example_in, files_in

PROGRAM = """
from conventio.__main__ import main
from conventio.folder import spark_program

spark_program.ALONE = {patience}
main()
"""
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

    def start(
        master: str = "local[2]", *, patience: float = LONGEST, **environment: str
    ) -> subprocess.Popen[str]:
        program = (sys.executable, "-c", PROGRAM.format(patience=patience))
        words = (*program, "check", str(folder), "--csv", "--engine", "spark", "--master", master)
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
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


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


@pytest.fixture
def cluster_home(tmp_path: Path) -> str:
    """The Spark that is installed, in a folder of its own, where executors write what they say."""
    import pyspark

    home = tmp_path / "spark"
    home.mkdir()
    for part in Path(pyspark.__file__).parent.iterdir():
        (home / part.name).symlink_to(part)
    return str(home)


def executors(driver: int) -> list[int]:
    return [pid for pid in children(driver) if "CoarseGrainedExecutorBackend" in command(pid)]


def is_at_work(executor: int, home: str) -> bool:
    """Whether an executor has told in its file that it was given something to do."""
    words = command(executor).split("\0")
    number = words[words.index("--executor-id") + 1] if "--executor-id" in words else "none"
    said = Path(home).glob(f"work/*/{number}/stderr")
    return any("Running task" in file.read_text(errors="replace") for file in said)


GIVES_UP_SOON = "-XX:+UseParallelGC -XX:GCTimeLimit=10 -XX:GCHeapFreeLimit=50"
"""A collector for Java's memory; another would go on and on looking for room."""
CLUSTER = "local-cluster[2,1,1024]"
"""A cluster of several processes on this machine: two executors, with a core and 1 GiB each."""


@pytest.mark.cluster
def test_an_executor_that_is_lost_changes_nothing(
    folder: Path, check: Callable[..., subprocess.Popen[str]], cluster_home: str, tmp_path: Path
) -> None:
    """Spark does its part again, and the answers are those of one machine."""
    expected = tmp_path / "expected"
    assert conventio("check", folder, "--csv", "--out", expected).code == 0
    process = check(CLUSTER, SPARK_HOME=cluster_home)
    lost = executors(in_the_middle(folder, process))[0]
    os.kill(lost, signal.SIGKILL)
    _, said = process.communicate(timeout=LONGEST)
    assert (process.returncode, said) == (0, "")
    for name in ("decisions.csv", "findings.csv", "run.json", "report.html"):
        assert (folder / "out" / name).read_bytes() == (expected / name).read_bytes(), name


@pytest.mark.cluster
@pytest.mark.parametrize(
    ("working", "patience", "said_first"),
    [
        (True, LONGEST, "Spark lost executors, more often than it tries again."),
        (False, 30.0, "Spark lost all executors, and got no others for 0.5 minutes."),
    ],
    ids=["at work", "before they work"],
)
def test_executors_that_are_lost_again_and_again_end_the_check(
    folder: Path,
    check: Callable[..., subprocess.Popen[str]],
    cluster_home: str,
    working: bool,
    patience: float,
    said_first: str,
) -> None:
    """Those that have begun to work, or every one as soon as it starts."""
    before = files_in(folder)
    process = check(CLUSTER, patience=patience, SPARK_HOME=cluster_home)
    driver = in_the_middle(folder, process)
    until = time.monotonic() + LONGEST
    while process.poll() is None and time.monotonic() < until:
        for executor in executors(driver):
            if not working or is_at_work(executor, cluster_home):
                with suppress(ProcessLookupError):
                    os.kill(executor, signal.SIGKILL)
        time.sleep(0.2)
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said.startswith(said_first)
    assert said.endswith("Nothing was written.\n")
    assert said.count("\n") == 1
    assert files_in(folder) == before


@pytest.mark.cluster
def test_spark_without_memory_says_how_to_give_it_more(
    folder: Path, check: Callable[..., subprocess.Popen[str]]
) -> None:
    before = files_in(folder)
    little = f"--conf spark.testing.reservedMemory=0 --driver-java-options '{GIVES_UP_SOON}'"
    process = check(**{MEMORY: "80m", "PYSPARK_SUBMIT_ARGS": f"{little} pyspark-shell"})
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said.startswith(f"Spark ran out of memory. Give it more: on one machine set {MEMORY}")
    assert said.endswith("Nothing was written.\n")
    assert files_in(folder) == before


@pytest.mark.cluster
def test_executors_without_memory_say_how_to_give_them_more(
    folder: Path, check: Callable[..., subprocess.Popen[str]], cluster_home: str
) -> None:
    """Each ends as it gives up, and Spark starts another, until it has tried often enough."""
    before = files_in(folder)
    # Room outside the heap is what an executor asks for to start at all.
    java = f"{GIVES_UP_SOON} -XX:MaxDirectMemorySize=256m"
    little = (
        "--conf spark.testing.reservedMemory=0 --conf spark.executor.memory=40m "
        f"--conf 'spark.executor.extraJavaOptions={java}' pyspark-shell"
    )
    process = check(CLUSTER, SPARK_HOME=cluster_home, PYSPARK_SUBMIT_ARGS=little)
    _, said = process.communicate(timeout=LONGEST)
    assert process.returncode == 1
    assert said.startswith(("Spark lost executors", "Spark ran out of memory"))
    assert "spark.executor.memory" in said
    assert said.endswith("Nothing was written.\n")
    assert said.count("\n") == 1
    assert files_in(folder) == before


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

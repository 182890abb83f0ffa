"""What the machine does to a check: stopped, killed, without memory, without room on the disk."""

from __future__ import annotations

import os
import re
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from conventio.folder import memory
from tests.cli.run import conventio, example_in, files_in

ROOT = Path(__file__).parents[2]
CONVENTIO = "from conventio.cli.app import main; main()"

LONGEST = 900.0
"""Seconds after which a command will never end: a start alone may take a minute, under load."""

BUSY = """
import sys, time
from pathlib import Path
from conventio.cli.failures import ended, stop_when_told
from conventio.cli.progress import shown_progress
from conventio.cli.speech import spoken
from conventio.folder.engine import DuckDB
from conventio.folder.write import output_folder

spoken.set("nl")
stop_when_told()
try:
    with output_folder(Path(sys.argv[1])) as new, DuckDB() as engine, shown_progress() as tell:
        tell("reading", 0.25)
        (new / "half.txt").touch()
        print("at work", flush=True)
        {work}
except BaseException as error:
    sys.exit(ended(error))
"""
QUERY = 'engine.rows("SELECT sum(hash(i * j)) FROM range(10000000) a(i), range(10000000) b(j)")'
DEAF = """
        while True:
            try:
                time.sleep(3600)
            except BaseException:
                pass
"""


@pytest.mark.parametrize("work", [QUERY, DEAF], ids=["a query", "deaf work"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_work_ends_soon_when_told_to(work: str, sent: signal.Signals, tmp_path: Path) -> None:
    code = BUSY.format(work=work)
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "out")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline() == "at work\n"
        process.send_signal(sent)
        assert process.wait(timeout=LONGEST) == 128 + sent
        said = process.stderr.read()
    assert re.fullmatch(
        r"Gestopt na \d+:\d\d, 25% klaar \(reading\); er werd niets geschreven\.\n", said
    )
    assert list(tmp_path.iterdir()) == []


EARLY = """
import os, signal, sys
from conventio.__main__ import main

class Stop:
    def find_spec(self, name, path=None, target=None):
        if name == {module!r}:
            os.kill(os.getpid(), signal.{sent})

sys.meta_path.insert(0, Stop())
main()
"""


@pytest.mark.parametrize(
    ("module", "sent"),
    [
        ("conventio.cli.app", "SIGTERM"),
        ("typer.core", "SIGINT"),
        ("conventio.cli.failures", "SIGINT"),
        ("conventio.law", "SIGTERM"),
        ("conventio.folder.engine", "SIGINT"),
        ("pyarrow", "SIGINT"),
        ("ibis.expr.types", "SIGINT"),
        ("conventio.cli.progress", "SIGTERM"),
    ],
)
def test_a_program_that_still_loads_is_told_to_stop(module: str, sent: str, tmp_path: Path) -> None:
    """In one sentence, in the language asked for, and without a traceback."""
    folder = example_in(tmp_path / "folder")
    before = files_in(folder)
    code = EARLY.format(module=module, sent=sent)
    words = ("check", str(folder), "--language", "fr")
    ran = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
    assert (ran.returncode, ran.stdout) == (128 + signal.Signals[sent], "")
    assert ran.stderr == "Arrêté ; rien n'a été écrit.\n"
    assert files_in(folder) == before


def test_killed_checks_leave_nothing_half_written() -> None:
    words = ("--times", "4", "--services", "300", "--seed", "5")
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.kills", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stderr) == (0, "4 of 4\n")
    assert "run again to its end" in ran.stdout


def limited(folder: Path, limit: Callable[[], None]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", CONVENTIO, "check", str(folder)],
        preexec_fn=limit,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    """No file may grow beyond 2 000 bytes: the system then answers as a disk that is full."""
    folder = example_in(tmp_path / "folder")
    before = files_in(folder)
    ran = limited(folder, lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2000, 2000)))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr == (
        "There is no room left on the disk (File too large). Make room, or use --out to write to "
        "another disk. Nothing was written.\n"
    )
    assert files_in(folder) == before


def test_too_little_memory_is_told(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    before = files_in(folder)
    ran = conventio("check", folder, "--memory", "1MB", "--language", "nl")
    assert (ran.code, ran.stdout) == (1, "")
    assert ran.stderr.startswith("Het geheugen volstaat niet")
    assert files_in(folder) == before


@pytest.mark.parametrize("typed", ["8", "GB", "-1GB", "0MB", "1.5GB", "8 gigabytes"])
def test_a_size_that_is_none_is_told(typed: str, tmp_path: Path) -> None:
    ran = conventio("check", tmp_path, "--memory", typed)
    assert ran.code == 2
    assert "expected a size such as" in " ".join(ran.stderr.replace("│", " ").split())


def test_memory_is_what_is_free_here() -> None:
    allowed = memory.allowed()
    assert allowed is not None
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert memory.LEAST <= allowed <= max(memory.LEAST, machine)


def test_memory_keeps_to_the_limit_of_the_group(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "memory.max").write_text("4000000000\n", encoding="ascii")
    (tmp_path / "memory.current").write_text("1000000000\n", encoding="ascii")
    assert memory._of_group(tmp_path) == 3_000_000_000
    (tmp_path / "memory.max").write_text("max\n", encoding="ascii")
    assert memory._of_group(tmp_path) is None
    assert memory._of_group(tmp_path / "none") is None
    monkeypatch.setattr(memory, "_of_machine", lambda: 2_000_000_000)
    monkeypatch.setattr(memory, "_of_group", lambda: 1_000_000_000)
    assert memory.allowed() == 700_000_000

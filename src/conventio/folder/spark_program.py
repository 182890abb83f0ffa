"""The program that Spark is: started for one check, stopped after it, and what its end means."""

from __future__ import annotations

import importlib.util
import logging
import os
import re
import shutil
import signal
import subprocess
import threading
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from conventio.folder.engine import EngineFailed, EngineMissing
from conventio.folder.spark import Spark

SETTINGS = {
    "spark.app.name": "conventio",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}
"""What it is started with, wherever it runs."""

ON_ONE_MACHINE = {
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
}
"""What it is started with besides where all of it is one process."""

JAVA_OPTIONS = "spark.driver.defaultJavaOptions"
SMALL = 4 << 20
IN_A_HURRY = "-XX:TieredStopAtLevel=1"
"""What helps Java where the input has fewer bytes: most of the work is then its warming up."""

MEMORY = "SPARK_DRIVER_MEMORY"
"""Where Spark looks last for the memory of its first process: any other setting wins."""

SHARE_OF_MEMORY = 0.5
"""How much of this machine's memory that is, where nothing else is set."""

SUBMITTED = "PYSPARK_GATEWAY_PORT"
"""What is set where spark-submit started us: Spark runs already, with settings of its own."""

CONFIGURED = (SUBMITTED, "SPARK_CONF_DIR", "SPARK_HOME", "PYSPARK_SUBMIT_ARGS")
"""Where Spark may be told to run elsewhere when nobody tells us."""

OUT_OF_MEMORY = 52
"""The exit code of a Java process of Spark that had no memory left."""

LACKING = ("OutOfMemoryError", "Not enough memory")
"""What Spark says where it has no memory left."""

PATIENCE = 10.0
"""Seconds that Spark gets to stop by itself, or to be found dead."""

LOOKING = 2.0
"""Seconds between two looks at whether there are executors."""
ALONE = 600.0
"""Seconds for which work waits for executors where there were some: a busy cluster takes a while.

A cluster may start others without an end, each of which fails before it does anything.
"""

INSTALL = "Spark is not installed. Install it with: pip install 'conventio[spark]'"
JAVA = (
    "Spark asks for a Java runtime, version 17 or later: found none. Install one (on Debian and "
    "Ubuntu: apt-get install default-jre-headless), or set JAVA_HOME."
)
NOTHING_WRITTEN = "Nothing was written."


def look_for_spark() -> None:
    """Whether what Spark needs is installed; raises EngineMissing."""
    if importlib.util.find_spec("pyspark") is None:
        raise EngineMissing(INSTALL)
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin") if home else None)
    if java is None and SUBMITTED not in os.environ:
        raise EngineMissing(JAVA)


@contextmanager
def started(
    scratch: Path,
    *,
    master: str | None = None,
    given: int = 0,
    settings: Mapping[str, str] | None = None,
) -> Iterator[Spark]:
    """Spark as an engine, for as long as it is needed.

    `master` is where it runs: by default what Spark is configured for, else this machine.
    `given` is the size of the input in bytes, `settings` are further ones of Spark.
    Raises EngineMissing, and EngineFailed where Spark can't start, stops or gives up.
    """
    look_for_spark()
    # What these libraries have to say of a stop is said by us, in one sentence.
    logging.disable(logging.CRITICAL)
    warnings.filterwarnings("ignore", category=RuntimeWarning, module="pyspark")
    log = scratch / "spark.log"
    program = _Program(log)
    try:
        program.start({**_settings(master, given, scratch.resolve()), **(settings or {})})
        with Spark(program.session, scratch, given=given) as engine:
            yield engine
    except _errors() as error:
        raise EngineFailed(f"{program.what_happened(error)} {NOTHING_WRITTEN}") from error
    finally:
        program.stop()


def kill() -> None:
    """End every Spark of this process at once, so that it writes nothing any more."""
    for program in tuple(_at_work):
        program.kill()


_at_work: list[_Program] = []


def _settings(master: str | None, given: int, scratch: Path) -> dict[str, str]:
    elsewhere = any(name in os.environ for name in CONFIGURED)
    here = not elsewhere if master is None else master.startswith("local")
    return {
        **SETTINGS,
        **(_on_one_machine(given, scratch) if here else {}),
        **({} if master is None else {"spark.master": master}),
    }


def _on_one_machine(given: int, scratch: Path) -> dict[str, str]:
    """The settings for one machine: nothing stays behind outside the scratch folder."""
    options = [f'"-Djava.io.tmpdir={scratch}"', *([IN_A_HURRY] if given < SMALL else [])]
    place = {"spark.local.dir": str(scratch), JAVA_OPTIONS: " ".join(options)}
    return {**ON_ONE_MACHINE, **place}


def _errors() -> tuple[type[Exception], ...]:
    """What is raised where Spark fails, or is gone."""
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return (Py4JError, PySparkException, ConnectionError)


class _Program:
    """The Java process of Spark, with what it says in a file."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self.session: Any = None
        self._gateway: Any = None
        self._stopping = threading.Event()
        self._alone = False

    def start(self, settings: Mapping[str, str]) -> None:
        """Start it, with signals left to us."""
        from pyspark import SparkConf, SparkContext
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession

        conf = SparkConf(loadDefaults=False).setAll(list(settings.items()))
        if MEMORY not in os.environ:
            os.environ[MEMORY] = f"{int(_memory() * SHARE_OF_MEMORY) >> 20}m"
        _at_work.append(self)
        with self.log.open("wb") as stream:
            said = {"stdout": stream, "stderr": subprocess.STDOUT}
            self._gateway = launch_gateway(conf, popen_kwargs=said)  # type: ignore[no-untyped-call]
        with _signals_kept():
            context = SparkContext(conf=conf, gateway=self._gateway)
        self.session = SparkSession(context)
        threading.Thread(target=self._look_for_executors, daemon=True).start()

    @property
    def _process(self) -> subprocess.Popen[bytes] | None:
        return None if self._gateway is None else self._gateway.proc

    def stop(self) -> None:
        """Stop it, and see that it writes nothing any more."""
        self._stopping.set()
        if self._gateway is None:
            return
        from pyspark import SparkContext

        if self.session is not None:
            # A thread of its own: a call that was interrupted leaves its connection half used.
            stopping = threading.Thread(target=_stopped, args=(self.session,), daemon=True)
            stopping.start()
            stopping.join(PATIENCE)
        with suppress(Exception):
            self._gateway.shutdown()
        self.kill()
        SparkContext._gateway = SparkContext._jvm = None

    def _look_for_executors(self) -> None:
        """Give the work up where all executors are lost, and none comes back."""
        context = self.session.sparkContext
        there_were, since = False, None
        with suppress(Exception):  # it has ended
            while not self._stopping.wait(LOOKING):
                # The first process is among those that hold memory.
                if context._jsc.sc().getExecutorMemoryStatus().size() > 1:
                    there_were, since = True, None
                elif not there_were or not context.statusTracker().getActiveJobsIds():
                    since = None
                elif since is None:
                    since = time.monotonic()
                elif time.monotonic() - since > ALONE:
                    self._alone = True
                    context.cancelAllJobs()

    def kill(self) -> None:
        """End it at once, where it is ours."""
        if self in _at_work:
            _at_work.remove(self)
        if self._process is not None:
            self._process.kill()
            self._process.communicate()

    def what_happened(self, error: Exception) -> str:
        """Why Spark failed, and what can be done."""
        said = f"{error}\n{self._said()}"
        code = self._exit_code()
        if any(sign in said for sign in LACKING) or code == OUT_OF_MEMORY:
            return (
                "Spark ran out of memory. Give it more: on one machine set "
                f"{MEMORY} (now {os.environ.get(MEMORY, 'not set')}), on a cluster "
                "spark.executor.memory and spark.driver.memory."
            )
        if code is not None and self.session is None:
            return f"Spark did not start: {_first_error(said)} It asks for Java 17 or later."
        if code is not None:
            how = f"by signal {-code}" if code < 0 else f"with code {code}"
            return (
                f"Spark's Java process ended in the middle, {how}. Where nobody ended it, the "
                f"system may have been out of memory: set {MEMORY} lower, or free some."
            )
        if self._alone:
            return (
                f"Spark lost all executors, and got no others for {ALONE / 60:g} minutes. Ask "
                "whoever keeps the cluster why they ended; often they need more memory "
                "(spark.executor.memory)."
            )
        if re.search("ExecutorLost|executor .* exited|Lost executor|heartbeat", said):
            return (
                "Spark lost executors, more often than it tries again. Ask whoever keeps the "
                "cluster why they ended; often they need more memory (spark.executor.memory)."
            )
        return f"Spark failed: {_first_error(str(error))}"

    def _exit_code(self) -> int | None:
        """How the Java process ended; None where it runs, or is not ours."""
        if self._process is None:
            return None
        try:
            # It may say that it failed just before it ends.
            return self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            return None

    def _said(self) -> str:
        """The end of what it said."""
        with suppress(OSError):
            return self.log.read_text(encoding="utf-8", errors="replace")[-(1 << 17) :]
        return ""


def _first_error(said: str) -> str:
    """The line that most likely says what is wrong."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    telling = [line for line in lines if re.search("Error|Exception|ERROR|rror:", line)]
    return f"{next(iter(telling or lines), 'it gave no reason')}."


def _stopped(session: Any) -> None:
    with suppress(Exception):
        session.stop()


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Keep our own answer to Ctrl-C: Spark puts one in its place."""
    main = threading.current_thread() is threading.main_thread()
    before = signal.getsignal(signal.SIGINT)
    try:
        yield
    finally:
        if main:
            signal.signal(signal.SIGINT, before)


def _memory() -> int:
    """The memory of this machine in bytes; 4 GiB where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return 4 << 30

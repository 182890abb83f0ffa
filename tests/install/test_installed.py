"""Every command where the program was installed with nothing but what it declares.

`python3 dev.py installed` runs these: they bring libraries from where packages come from.
"""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

import conventio
from conventio.folder.tables import TABLES
from tests.install.places import ROOT, WAYS, Place, build, declared, install
from tests.test_readme import example, promised

pytestmark = pytest.mark.installed

MESSAGES = ROOT / "tests" / "messages"
THIRD_FILLING = "nomenclature-6/4bis-3"

IMPORT_ALL = """
import importlib, pkgutil
import conventio
for module in pkgutil.walk_packages(conventio.__path__, "conventio."):
    if not module.name.endswith("__main__"):
        importlib.import_module(module.name)
        print(module.name)
"""
USE_THE_LIBRARY = """
import json, sys
import pyarrow as pa
import conventio
answer = conventio.check({"services": pa.table(json.loads(%r))})
decided = {row["service_id"]: row["outcome"] for row in answer.decisions.to_pylist()}
json.dump([decided, answer.findings.to_pylist()[0]["provision"]], sys.stdout)
"""
VERSIONS = """
import json, re, sys
from importlib.metadata import distributions
versions = {re.sub("[._-]+", "-", one.name.lower()): one.version for one in distributions()}
json.dump(versions, sys.stdout)
"""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=pytest.mark.xdist_group(name)) for name in WAYS],
)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """The program installed in one way; the folders of a gigabyte do not stay behind."""
    with tempfile.TemporaryDirectory(prefix="conventio-installed-") as folder:
        built = Path(folder) / "built"
        build(built)
        place = install(request.param, built, Path(folder) / request.param)
        write_readme_example(place.work / "readme")
        yield place


def write_readme_example(folder: Path) -> None:
    folder.mkdir()
    lines = example()["services"].to_pylist()
    with (folder / "services.csv").open("w", encoding="utf-8", newline="") as stream:
        table = csv.DictWriter(stream, lines[0])
        table.writeheader()
        table.writerows(lines)


@pytest.fixture(scope="module")
def demo(place: Place) -> Path:
    """The folder that `conventio demo` makes."""
    ran = place.conventio("demo")
    assert ran.code == 0, ran.stderr
    assert "conventio-demo/out/report.html" in ran.stdout
    return place.work / "conventio-demo"


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def outcomes(answers: Path) -> dict[str, str]:
    return {row["service_id"]: row["outcome"] for row in rows(answers / "decisions.csv")}


def test_the_version_is_that_of_the_checkout(place: Place) -> None:
    assert place.conventio("--version")[:2] == (0, f"conventio {conventio.__version__}\n")


def test_every_module_can_be_imported(place: Place) -> None:
    ran = place.python(IMPORT_ALL)
    assert (ran.code, ran.stderr) == (0, "")
    files = (ROOT / "src" / "conventio").rglob("*.py")
    assert (
        len(ran.stdout.split()) == len([file for file in files if file.name != "__main__.py"]) - 1
    )


def test_demo(demo: Path) -> None:
    decided = list(outcomes(demo / "out").values())
    assert set(decided) == {"accepted", "refused", "unchecked"}
    run = json.loads((demo / "out" / "run.json").read_text(encoding="utf-8"))
    assert run["outcomes"] == {outcome: decided.count(outcome) for outcome in set(decided)}
    report = (demo / "out" / "report.html").read_text(encoding="utf-8")
    assert "</html>" in report
    assert len(report) > 100_000, "the table widget and the charts are in it"


def test_check(place: Place) -> None:
    out = place.work / "answers"
    ran = place.conventio(
        "check", "readme", "--out", out, "--csv", "--xlsx", "--joined", "--language", "nl"
    )
    assert ran.code == 0, ran.stderr
    assert outcomes(out) == promised()
    found = [row for row in rows(out / "findings.csv") if row["service_id"] == "s3"]
    assert {row["provision"] for row in found} == {THIRD_FILLING}
    assert [row["evidence_service_id"] for row in found] == ["s1", "s2"]
    assert "xl/workbook.xml" in ZipFile(out / "answers.xlsx").namelist()
    assert (out / "report.html").stat().st_size > 100_000


def test_check_of_bad_input(place: Place) -> None:
    bad = place.work / "bad"
    shutil.copytree(place.work / "readme", bad)
    services = bad / "services.csv"
    services.write_text(services.read_text("utf-8").replace("2024-03-11", "2024-13-11"), "utf-8")
    ran = place.conventio("check", "bad")
    assert (ran.code, ran.stdout, "2024-13-11" in ran.stderr) == (2, "", True)
    assert not (bad / "out").exists()


def test_explain(place: Place) -> None:
    ran = place.conventio("explain", "readme", "s3", "--json")
    assert (ran.code, ran.data["decision"]["outcome"]) == (0, "refused")
    shown = place.conventio("explain", "readme", "s3")
    assert (shown.code, THIRD_FILLING in shown.stdout) == (0, True)


def test_template(place: Place) -> None:
    assert place.conventio("template", "new").code == 0
    assert {file.name for file in (place.work / "new").iterdir()} == {
        f"{name}.csv" for name in TABLES
    }


def test_dictionary(place: Place) -> None:
    ran = place.conventio("dictionary", "--json")
    assert (ran.code, [table["name"] for table in ran.data]) == (0, list(TABLES))
    assert "birth_date" in place.conventio("dictionary").stdout


@pytest.mark.parametrize("asked", [(), (THIRD_FILLING,), ("304371",), ("reasons",), ("--gaps",)])
def test_law(place: Place, asked: tuple[str, ...]) -> None:
    ran = place.conventio("law", *asked)
    assert (ran.code, ran.stderr) == (0, "")
    assert ("reasons" in asked) or ("nomenclature-6" in ran.stdout)
    assert place.conventio("law", *asked, "--json").data


def test_compute(place: Place) -> None:
    words = ("nomenclature-6/17.3-4", "executed_on=2020-02-29", "asked_on=2025-02-28")
    ran = place.conventio("compute", *words)
    assert (ran.code, "last_day: 2025-02-28" in ran.stdout) == (0, True)


def test_register(place: Place, demo: Path) -> None:
    ran = place.conventio("register", demo, "--on", "2030-01-01", "--csv", "register.csv")
    assert ran.code == 0, ran.stderr
    kept = {row["prescription_id"]: row["kept_until"] for row in rows(place.work / "register.csv")}
    assert kept["R1"] == "2027-05-16", "five years after 2022-05-16"


def test_generate(place: Place) -> None:
    assert place.conventio("generate", "many", "--services", 3000, "--seed", 1, "--csv").code == 0
    ran = place.conventio("check", "many", "--json")
    assert ran.code == 0, ran.stderr
    assert ran.data["outcomes"]["refused"] > 0
    assert sum(ran.data["outcomes"].values()) == ran.data["services"]


@pytest.mark.parametrize("name", ["extraction.xml", "extraction.json", "consultation.json"])
def test_a_message(place: Place, name: str) -> None:
    out = place.work / f"{name}.out"
    ran = place.conventio("check", MESSAGES / name, "--csv", "--out", out)
    assert ran.code == 0, ran.stderr
    decided = outcomes(out)
    for service, outcome in decided.items():
        explained = place.conventio("explain", MESSAGES / name, service, "--json")
        assert explained.data["decision"]["outcome"] == outcome
    assert decided


def test_the_library(place: Place) -> None:
    given = json.dumps(example()["services"].to_pydict())
    ran = place.python(USE_THE_LIBRARY % given)
    assert ran.code == 0, ran.stderr
    assert ran.data == [promised(), THIRD_FILLING]


def test_spark_answers_as_the_embedded_engine(place: Place, demo: Path) -> None:
    words = ("check", demo, "--csv", "--engine", "spark", "--out", place.work / "on-spark")
    if not place.way.extra:
        ran = place.conventio(*words)
        assert (ran.code, "conventio[spark]" in ran.stderr) == (2, True)
        return
    if shutil.which("java") is None:
        pytest.skip("Spark runs on Java")
    ran = place.conventio(*words, "--master", "local[2]")
    assert ran.code == 0, ran.stderr
    for name in ("decisions.csv", "findings.csv"):
        assert (place.work / "on-spark" / name).read_bytes() == (demo / "out" / name).read_bytes()


def test_the_lowest_versions_are_those_declared(place: Place) -> None:
    there = place.python(VERSIONS).data
    if place.way.resolution == "highest":
        assert "pytest" not in there, "nothing else is installed"
        return
    higher = {
        name: (least, there[name])
        for name, least in lowest_declared().items()
        if Version(there[name]) != Version(least)
    }
    assert higher == {}, "declared, but never what is installed"


def lowest_declared() -> dict[str, str]:
    return {
        wish.name: bound.version
        for wish in map(Requirement, declared())
        for bound in wish.specifier
        if bound.operator in ("==", ">=")
    }

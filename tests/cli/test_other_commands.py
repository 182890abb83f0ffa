from __future__ import annotations

import csv
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from conventio.claims import decide
from conventio.folder.tables import TABLES
from conventio.law import shipped
from tests.cli.run import conventio, example_in, files_in

NOT_SHOWN = {"not-after-check"}
"""The example has no service in the future: in charts it would stand apart from all others."""
NEVER_REFUSES = {
    "same-service-twice",
    "age-known",
    "not-before-birth",
    "prescription-birth-date",
    "prescription-day",
    "restoration-of-unstated-kind",
    "supplement-fee",
    "conditional-attestation",
    "conditional-extraction",
    "fee-known",
    "ids-alike",
    "known-code",
    "no-cumulation-unknown-article",
    "not-covered",
    "one-attestation",
    "panoramic-pregnancy",
    "prescription-known",
    "treated-faces",
}
"""The rules that warn or leave a service unchecked."""
COMMANDS = ("demo", "check", "explain", "template", "dictionary", "law", "register")
HEAVY = ("babel", "duckdb", "ibis", "pyarrow", "yaml", "pydantic", "jinja2")


def test_the_version_is_said() -> None:
    assert conventio("--version").stdout == f"conventio {version('conventio')}\n"


def test_help_names_every_command() -> None:
    shown = conventio("--help").stdout
    assert [name for name in COMMANDS if f"  {name} " not in shown] == []
    assert "Exit codes" in shown


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str) -> None:
    ran = conventio(name, "--help")
    assert (ran.code, "--help" in ran.stdout) == (0, True)


def test_help_loads_no_engine() -> None:
    code = (
        "import sys; import conventio.cli.app; "
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_an_unknown_command_is_said() -> None:
    ran = conventio("chek")
    assert (ran.code, "check" in ran.stderr) == (2, True)


def test_the_template_has_every_table(tmp_path: Path) -> None:
    ran = conventio("template", tmp_path / "new")
    assert ran.code == 0
    assert files_in(tmp_path / "new") == {f"{name}.csv" for name in TABLES}
    again = conventio("template", tmp_path / "new")
    assert (again.code, "new name" in again.stderr) == (2, True)


def test_the_template_can_be_checked(tmp_path: Path) -> None:
    conventio("template", tmp_path / "new")
    ran = conventio("check", tmp_path / "new", "--json")
    assert (ran.code, ran.data["services"], {one["rule"] for one in ran.data["rules_not_run"]}) == (
        0,
        0,
        {"radiography-establishment", "radiography-establishment-control"},
    )


def test_the_dictionary_has_every_column() -> None:
    data = conventio("dictionary", "--json").data
    assert {table["name"]: [column["name"] for column in table["columns"]] for table in data} == {
        name: list(table.names()) for name, table in TABLES.items()
    }
    shown = conventio("dictionary").stdout
    assert "birth_date" in shown
    assert "day of birth" in shown


def test_the_demo_works_from_nothing(tmp_path: Path) -> None:
    ran = conventio("demo", "--out", tmp_path / "demo")
    assert ran.code == 0
    report = tmp_path / "demo" / "out" / "report.html"
    assert f"Report:  {report}" in ran.stdout
    assert report.is_file()
    assert files_in(tmp_path) == {"demo"}


def test_the_demo_replaces_only_itself(tmp_path: Path) -> None:
    demo, mine = tmp_path / "demo", tmp_path / "mine"
    mine.mkdir()
    (mine / "README.md").write_text("# Mine\n", encoding="utf-8")
    assert conventio("demo", "--out", demo).code == 0
    assert conventio("demo", "--out", demo).code == 2
    assert conventio("demo", "--out", demo, "--force").code == 0
    assert conventio("demo", "--out", mine, "--force").code == 2
    assert files_in(mine) == {"README.md"}


def test_the_example_shows_a_refusal_by_every_rule_that_refuses(tmp_path: Path) -> None:
    run = conventio("demo", "--out", tmp_path / "demo", "--json").data
    rules = {rule.rule for rule in shipped().rules if not shipped().awaited(rule)}
    assert {row["rule"] for row in run["findings"]} == rules - NOT_SHOWN
    refusing = {row["rule"] for row in run["findings"] if row["severity"] == "refuse"}
    assert refusing == rules - NOT_SHOWN - NEVER_REFUSES
    assert {one["missing"][:5] for one in run["rules_not_run"]} == {"law: "}
    assert {row["severity"] for row in run["findings"]} == {"refuse", "unchecked", "warn"}
    assert min(run["outcomes"].values()) >= 5
    assert run["warnings"] == 0


def test_a_service_is_explained(tmp_path: Path) -> None:
    folder = example_in(tmp_path / "folder")
    shown = conventio("explain", folder, "S14").stdout
    assert "no-conservative-care-after-extraction" in shown
    assert "S11" in shown
    assert conventio("explain", folder, "S14", "--json").data["service"]["service_id"] == "S14"
    unknown = conventio("explain", folder, "X99")
    assert (unknown.code, "X99" in unknown.stderr) == (2, True)


def test_a_failure_of_our_own_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **named: object) -> None:
        raise ZeroDivisionError("one by nothing")

    monkeypatch.setattr(decide, "decide", fail)
    folder = example_in(tmp_path / "folder")
    before = files_in(folder)
    ran = conventio("check", folder)
    assert ran.code == 1
    assert re.fullmatch(
        r"conventio failed \(ZeroDivisionError: one by nothing\)[^\n]*\n", ran.stderr
    )
    assert files_in(folder) == before
    debugged = conventio("--debug", "check", folder)
    assert (debugged.code, "Traceback" in debugged.stderr) == (1, True)
    by_variable = conventio("check", folder, env={"CONVENTIO_DEBUG": "1"})
    assert (by_variable.code, "Traceback" in by_variable.stderr) == (1, True)


def test_an_interruption_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*given: object, **named: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(decide, "decide", interrupt)
    folder = example_in(tmp_path / "folder")
    before = files_in(folder)
    services = len((folder / "services.csv").read_text(encoding="utf-8").splitlines()) - 1
    ran = conventio("check", folder)
    assert ran.code == 130
    assert re.fullmatch(
        r"Stopped after \d+:\d\d, \d+% done \(making the rules ready\); "
        rf"{services} services were read, nothing was written\.\n",
        ran.stderr,
    )
    assert files_in(folder) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["check", "nowhere"], "nowhere : aucun dossier de ce nom"),
        (["check", "folder/services.csv"], "services.csv : trouvé un fichier"),
        (["check", "folder", "--tables", "folder"], "--tables va avec un message"),
        (["check", "folder", "--master", "local"], "--master va avec --engine spark"),
        (["check", "folder", "--out", "folder"], "contient les données à lire"),
        (["check", "folder", "--out", "other", "--force"], "n'a pas de run.json"),
        (["check", "folder", "--out", "other"], "other"),
        (["check", "folder", "--problems", "folder/services.csv"], "pas une liste de problèmes"),
        (["check", "folder", "--problems", "nowhere/file"], "impossible à écrire"),
        (["check", "folder", "--law", "nowhere"], "--law attend un dossier"),
        (["explain", "nowhere", "S1"], "nowhere : aucun dossier de ce nom"),
        (["explain", "folder", "X99"], "ne contient pas de prestation 'X99' ; vouliez-vous"),
        (
            ["register", "folder", "--passed", "--may-delete", "P"],
            "--may-delete porte",
        ),
        (["register", "folder", "--csv", "folder/fees.csv"], "n'est pas un registre"),
        (["demo", "--out", "folder", "--force"], "ne remplace qu'un exemple"),
    ],
)
def test_refusals_are_said_in_the_language_asked(
    words: list[str], said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = example_in(tmp_path / "folder")
    (folder / "README.md").unlink()
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("x", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ran = conventio(*words, "--language", "fr")
    assert (ran.code, ran.stdout) == (2, "")
    assert said in ran.stderr.replace("\xa0", " ").replace("\u202f", " ")
    assert "expected" not in ran.stderr


MESSAGES = Path(__file__).parents[1] / "messages"


@pytest.mark.parametrize("name", ["extraction.xml", "extraction.json", "consultation.json"])
def test_a_service_of_a_message_is_explained(name: str, tmp_path: Path) -> None:
    """As `check` decides it, from the same message."""
    message = tmp_path / name
    message.write_bytes((MESSAGES / name).read_bytes())
    assert conventio("check", message, "--csv").code == 0
    with (message.with_suffix(".out") / "decisions.csv").open(encoding="utf-8") as stream:
        decided = {row["service_id"]: row["outcome"] for row in csv.DictReader(stream)}
    assert decided
    for service, outcome in decided.items():
        ran = conventio("explain", message, service, "--json")
        assert ran.data["decision"]["outcome"] == outcome


def test_a_service_of_a_message_is_explained_with_the_tables_of_a_folder(tmp_path: Path) -> None:
    message, folder = MESSAGES / "extraction.xml", tmp_path / "tables"
    folder.mkdir()
    (folder / "titles.csv").write_text("practitioner,title,valid_from,valid_to\n", "utf-8")
    services = conventio("explain", message, "nothing").stderr
    (service, *_) = re.findall(r"did you mean '([^']+)'", services)
    without = conventio("explain", message, service, "--json").data
    given = conventio("explain", message, service, "--tables", folder, "--json").data
    assert "titles" in str(without["not_asked"])
    assert "titles" not in str(given["not_asked"])
    assert "entitlement" in {rule["rule"] for rule in given["rules"]}

"""A folder of law as one value: its dates, what it was known to be, and its version."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from conventio.law import LawError, read, shipped

SOUND = Path(__file__).parent / "faults" / "sound"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(SOUND, tmp_path / "law"))


def edit(folder: Path, name: str, old: str, new: str) -> None:
    file = folder / "veldoria-2031" / name
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


# --- dates


def test_an_entry_takes_over_the_dates_that_it_does_not_give(folder: Path) -> None:
    edit(folder, "provisions.yaml", "  kind: rule\n", "  kind: rule\n  from: 2031-07-01\n")
    edit(folder, "rules.yaml", "  limit: 2\n", "  limit: 2\n  to: 2031-12-31\n")
    law = read(folder)
    assert str(law.provisions["veldoria-2031/2"].days) == "2031-07-01 to 2032-12-31"
    assert str(law.provisions["veldoria-2031/2"].values[0].days) == "2031-07-01 to 2032-12-31"
    [rule] = law.rules
    assert (str(rule.days), rule.known) == ("2031-07-01 to 2031-12-31", date(2030, 12, 1))


def test_a_rule_has_the_dates_of_its_provision_wherever_that_stands(folder: Path) -> None:
    """In a source that comes later by name, too."""
    other = folder / "another-2030"
    other.mkdir()
    source = (SOUND / "veldoria-2031" / "source.yaml").read_text(encoding="utf-8")
    earlier = source.replace("veldoria-2031", "another-2030").replace("from: 2031", "from: 2030")
    (other / "source.yaml").write_text(earlier, encoding="utf-8")
    shutil.move(folder / "veldoria-2031" / "rules.yaml", other / "rules.yaml")
    [rule] = read(folder).rules
    assert str(rule.days) == "2031-01-01 to 2032-12-31"


def test_unstated_is_open(folder: Path) -> None:
    edit(folder, "source.yaml", "to: 2032-12-31", "to: unstated")
    assert read(folder).sources["veldoria-2031"].last is None


# --- what was known


@pytest.mark.parametrize(
    ("day", "there"), [(date(2020, 3, 22), False), (date(2020, 3, 23), True), (None, True)]
)
def test_a_provision_can_hold_before_it_is_known(day: date | None, there: bool) -> None:
    """The fees of 2020 rise on 1 March, by a circular of 23 March."""
    assert shipped().provisions["dental-2020/1.4"].first == date(2020, 3, 1)
    law = shipped().known(day)
    assert ("dental-2020/1.4" in law.provisions) is there
    assert ("dental-2020" in law.sources) is there


def test_what_was_published_on_an_unstated_day_is_always_known() -> None:
    before_all = shipped().known(date(1900, 1, 1))
    assert "nomenclature-6/18-1" in before_all.provisions
    assert {rule.provision.split("/")[0] for rule in before_all.rules} == {
        "all",
        "medical-2020",
        "nomenclature-6",
    }
    assert not any(source.known for source in before_all.sources.values())


def test_figures_have_the_day_since_which_they_are_known(folder: Path) -> None:
    later = """
    - name: most
      value: 3
      unit: patches
      from: 2033-01-01
      to: unstated
      known: 2032-11-01
"""
    file = folder / "veldoria-2031" / "provisions.yaml"
    file.write_text(file.read_text(encoding="utf-8").rstrip() + later, encoding="utf-8")
    law = read(folder)

    def figures(day: date) -> list[object]:
        return [value.value for value in law.known(day).provisions["veldoria-2031/2"].values]

    assert figures(date(2032, 10, 31)) == [2]
    assert figures(date(2032, 11, 1)) == [2, 3]


def test_the_version_says_what_was_known() -> None:
    law = shipped()
    assert law.known(None) is law
    assert law.known(date(2020, 3, 23)).version == f"{law.version}@2020-03-23"
    assert law.known(date(2020, 3, 23)).as_known_by == date(2020, 3, 23)


# --- what prevails, and what nobody answers for

SECOND = """
- rule: patches-a-year
  provision: veldoria-2031/2
  kind: at-most
  from: {first}
  to: unstated
  known: {known}
  services: {{kinds: [patch]}}
  per: [calendar-year]
  limit: 3
  reason: veldoria/too-many
"""


def add_a_version(folder: Path, first: str, known: str, supersedes: str = "") -> None:
    file = folder / "veldoria-2031" / "rules.yaml"
    text = file.read_text(encoding="utf-8") + SECOND.format(first=first, known=known)
    file.write_text(text + supersedes, encoding="utf-8")


def test_a_superseded_rule_loses_its_days_once_the_later_one_is_known(folder: Path) -> None:
    add_a_version(folder, "2032-01-01", "2031-11-15", "  supersedes: patches-a-year@2031-01-01\n")
    law = read(folder)

    def limits(day: date | None) -> list[tuple[int, str]]:
        return [(rule.limit, str(rule.days)) for rule in law.known(day).entries]  # type: ignore[union-attr]

    assert limits(date(2031, 11, 14)) == [(2, "2031-01-01 to 2032-12-31")]
    assert limits(date(2031, 11, 15)) == [
        (2, "2031-01-01 to 2031-12-31"),
        (3, "2032-01-01 to unstated"),
    ]
    assert limits(None) == limits(date(2031, 11, 15))


def test_days_for_which_nothing_answers_are_reported(folder: Path) -> None:
    assert read(folder).holes == []
    add_a_version(folder, "2033-01-02", "2031-11-15")
    assert read(folder).holes == [
        "rule patches-a-year: nothing answers between 2032-12-31 and 2033-01-02"
    ]


def test_holes_between_figures_are_reported(folder: Path) -> None:
    first = "{name: most, value: 2, unit: patches, to: 2031-12-31}"
    second = "{name: most, value: 3, unit: patches, from: 2032-02-01}"
    old = "{name: most, value: 2, unit: patches}"
    edit(folder, "provisions.yaml", old, f"{first}\n    - {second}")
    assert read(folder).holes == [
        "most of veldoria-2031/2: nothing answers between 2031-12-31 and 2032-02-01"
    ]


def test_a_superseded_entry_leaves_no_hole_behind_it(folder: Path) -> None:
    """The later one holds within the days of the first, and another follows both at once."""
    add_a_version(folder, "2031-05-01", "2031-03-15", "  supersedes: patches-a-year@2031-01-01\n")
    edit(folder, "rules.yaml", "to: unstated", "to: 2031-06-30")
    add_a_version(folder, "2033-01-01", "2031-11-15")
    assert read(folder).holes == []


def test_the_shipped_law_leaves_no_hole() -> None:
    assert shipped().holes == []


# --- the version


def test_the_version_is_that_of_the_files(folder: Path, tmp_path: Path) -> None:
    elsewhere = shutil.copytree(SOUND, tmp_path / "elsewhere")
    assert read(folder).version == read(Path(elsewhere)).version


@pytest.mark.parametrize("name", sorted(file.name for file in SOUND.glob("*/*")))
def test_the_version_changes_with_any_file(folder: Path, name: str) -> None:
    before = read(folder).version
    file = folder / "veldoria-2031" / name
    extra = "veldoria,other,another reason\n" if name.endswith(".csv") else "# a remark\n"
    file.write_text(file.read_text(encoding="utf-8") + extra, encoding="utf-8")
    assert read(folder).version != before


def test_the_version_does_not_change_with_line_endings(folder: Path) -> None:
    before = read(folder).version
    for file in folder.glob("*/*"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert read(folder).version == before


def test_the_version_does_not_change_with_what_is_no_law(folder: Path) -> None:
    before = read(folder).version
    (folder / "veldoria-2031" / "README.md").write_text("About this law.", encoding="utf-8")
    (folder / "notes").mkdir()
    assert read(folder).version == before


def test_faults_come_in_the_order_of_files_and_lines(folder: Path) -> None:
    edit(folder, "rules.yaml", "limit: 2", "limit: two")
    edit(folder, "source.yaml", "title: ", "titel: ")
    edit(folder, "code-sets.yaml", "200045", "200046")
    with pytest.raises(LawError) as caught:
        read(folder)
    places = [fault.place for fault in caught.value.faults]
    assert places == sorted(places)
    assert len(places) == 4

"""Writes the pages of the law, from the law itself and from its cases: `python3 dev.py law-page`.

A page for each source in `docs/law/`, and an index. They are kept in the repository; a test says
when they are no longer what the data gives.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tests.law.cases import Case, cases

from conventio.law import Law, shipped
from conventio.law.model import Dated, Gap, Model, Provision, Source, Value
from conventio.law.openings import openings
from conventio.law.rules import AnyRule, Rule
from conventio.wording.manner import ForPeople

FOLDER = Path(__file__).with_name("law")

INDEX = """# The law, source by source

What the program knows of the law, version `{version}`, told in our own words. Each page is made
from the data and from the cases that test it, by `python3 dev.py law-page`. `conventio law` shows
the same.

| source | what it is | in force | known since | provisions | rules | gaps |
|---|---|---|---|---|---|---|
{rows}

```{{toctree}}
:hidden:
:glob:

*
```
"""

SEVERITIES = ("refuse", "unchecked", "warn")
CaseRow = tuple[str, Counter[str]]
"""The name of a case, and how many of its services a provision says what of."""


def plain(text: object) -> str:
    """A text as Markdown that shows it and nothing else."""
    return re.sub(r"([\\`*_<>|\[\]$])", r"\\\1", " ".join(str(text).split()))


def day(bound: date | None) -> str:
    """A bound as a person reads it."""
    return "unstated" if bound is None else bound.isoformat()


def in_force(dated: Dated) -> str:
    """The days of an entry, the last one included."""
    if dated.first is None and dated.last is None:
        return "dates unstated"
    return f"{day(dated.first)} to {day(dated.last)}"


def value_row(value: Value) -> str:
    """A row of the table of figures."""
    return f"| `{value.name}` | {plain(value.value)} | {plain(value.unit)} | {in_force(value)} |"


# --- rules


def setting(value: Any) -> str:
    """A setting of a rule in one line."""
    if isinstance(value, Model):
        value = value.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    if isinstance(value, Mapping):
        return "; ".join(f"{name} {setting(one)}" for name, one in value.items()) or "all"
    if isinstance(value, tuple | list):
        return ", ".join(
            f"({setting(one)})" if isinstance(one, Mapping | Model) else setting(one)
            for one in value
        )
    return str(value).lower() if isinstance(value, bool) else str(value)


def settings_of(rule: AnyRule) -> str:
    """The settings of a rule's own kind that are given."""
    own = {
        field.alias or name: getattr(rule, name)
        for name, field in type(rule).model_fields.items()
        if name not in {*Rule.model_fields, "kind"} and getattr(rule, name) != field.default
    }
    return "; ".join(f"{name}: {setting(value)}" for name, value in own.items())


def rule_lines(rules: list[AnyRule], law: Law) -> Iterator[str]:
    """The rules of a provision: what each asks, and its entries in time."""
    words = ForPeople("en")
    for name in dict.fromkeys(rule.rule for rule in rules):
        said = next(words.asks(rule, law) for rule in rules if rule.rule == name)
        yield f"**Rule** `{name}`: {plain(said)}\n"
        yield "| kind | in force | services | settings | reason |\n|---|---|---|---|---|"
        for rule in rules:
            if rule.rule == name:
                awaited = "".join(f"; not given: {one}" for one in law.awaited(rule))
                yield (
                    f"| {rule.kind} | {in_force(rule)} | {plain(setting(rule.services))} "
                    f"| {plain(settings_of(rule) + awaited).removeprefix('; ')} | {rule.reason} |"
                )
        yield ""


# --- cases


def case_name(case: Case) -> str:
    """The name of a case, the same for each of the codes that it is repeated with."""
    return re.sub(r" \(\d{6}\)$", "", case.name.partition(": ")[2])


def is_about(case: Case, provision: str, counted: Counter[str]) -> bool:
    """Whether a case is not only warned by the way: every service of some codes is warned of."""
    source = provision.partition("/")[0].replace("-", "_")
    own = case.name.startswith((source, "input: "))
    return own or bool(counted["refuse"] + counted["unchecked"])


def by_provision() -> dict[str, list[CaseRow]]:
    """The cases that tell of each provision, each once, with its services by what is said."""
    found: dict[str, dict[str, Counter[str]]] = defaultdict(dict)
    for case in cases():
        said = [
            {tuple(line.split()[1:3]) for line in expected[1:] if line.split()[1] in SEVERITIES}
            for name, expected in case.expected.items()
            if name != "order" and len(expected) and expected[0] != "not decided again"
        ]
        for provision in {point for one in said for _, point in one}:
            counted = Counter(
                next((kind for kind in SEVERITIES if (kind, provision) in one), "fits")
                for one in said
            )
            if is_about(case, provision, counted):
                found[provision].setdefault(case_name(case), counted)
    return {provision: list(rows.items()) for provision, rows in found.items()}


def case_lines(rows: list[CaseRow]) -> Iterator[str]:
    """The cases of a provision, with how many services each answer is expected of."""
    yield "| case | not objected to | refused | unchecked | warned of |\n|---|---|---|---|---|"
    for name, counted in rows:
        numbers = (counted[one] or "" for one in ("fits", *SEVERITIES))
        yield f"| {plain(name)} | " + " | ".join(map(str, numbers)) + " |"
    yield ""


# --- provisions


def gap_lines(gap: Gap) -> Iterator[str]:
    """A gap, with how it is treated and the other reading."""
    yield ":::{admonition} Gap"
    yield plain(gap.open)
    yield f"\n*Treatment:* {plain(gap.treatment)}"
    if gap.other:
        yield f"\n*The other reading:* {plain(gap.other)}"
    yield ":::\n"


def carried_out(provision: Provision, law: Law) -> str:
    """How a provision is carried out, in a few words."""
    rules = law.rules_of(provision.id)
    if provision.mechanism:
        return f"worked out by `conventio compute {provision.id}`"
    if any(rule.kind != "unsettled" and not law.awaited(rule) for rule in rules):
        return "checked on services"
    if provision.carried_out_by:
        return "carried out by the program as a whole"
    if rules:
        wanted = "; ".join(one.wants for one in openings(law, provision.id))
        return f"not carried out: a gap ({wanted})"
    return "recorded"


def provision_lines(provision: Provision, law: Law, told: list[CaseRow]) -> Iterator[str]:
    """A provision: what it says, its figures, its claim rules, its gaps and its cases."""
    source = law.sources[provision.source]
    yield f"({provision.id})=\n## {plain(provision.point)} {plain(provision.subject)}\n"
    facts = [f"`{provision.id}`", provision.kind, carried_out(provision, law)]
    if provision.days != source.days:
        facts.append(in_force(provision))
    if provision.known != source.known:
        facts.append(f"known since {day(provision.known)}")
    yield " · ".join(facts) + "\n"
    yield plain(provision.says) + "\n"
    if provision.carried_out_by:
        yield f"*How it is carried out:* {plain(provision.carried_out_by)}\n"
    if provision.values:
        yield "| figure | value | unit | in force |\n|---|---|---|---|"
        yield "\n".join(value_row(value) for value in provision.values) + "\n"
    yield from rule_lines(law.rules_of(provision.id), law)
    for gap in provision.gaps:
        yield from gap_lines(gap)
    if told:
        yield from case_lines(told)


def source_page(
    source: Source, provisions: Iterable[Provision], law: Law, told: Mapping[str, list[CaseRow]]
) -> str:
    """The page of one source."""
    lines = [f"# {plain(source.title)}\n", plain(source.document) + "\n"]
    dates = [f"`{source.key}`", in_force(source), f"published {day(source.published)}"]
    if source.concluded:
        dates.insert(1, f"concluded {day(source.concluded)}")
    lines.append(" · ".join(dates) + "\n")
    for provision in provisions:
        lines += provision_lines(provision, law, told.get(provision.id, []))
    return "\n".join(lines).rstrip("\n") + "\n"


def source_row(source: Source, provisions: list[Provision], law: Law) -> str:
    """The row of one source on the index."""
    gaps = sum(len(provision.gaps) for provision in provisions)
    rules = {rule.rule for rule in law.entries if rule.provision.startswith(f"{source.key}/")}
    return (
        f"| [{source.key}]({source.key}.md) | {plain(source.title)} | {in_force(source)} "
        f"| {day(source.known)} | {len(provisions)} | {len(rules)} | {gaps} |"
    )


def pages() -> dict[str, str]:
    """Every page by the name of its file."""
    law, told = shipped(), by_provision()
    found: dict[str, str] = {}
    rows = []
    for source in law.sources.values():
        own = [one for one in law.provisions.values() if one.source == source.key]
        if own:
            found[f"{source.key}.md"] = source_page(source, own, law, told)
            rows.append(source_row(source, own, law))
    found["index.md"] = INDEX.format(version=law.version, rows="\n".join(rows))
    return found


def main() -> None:
    """Write the pages, and remove those of sources that are gone."""
    FOLDER.mkdir(exist_ok=True)
    written = pages()
    for old in FOLDER.glob("*.md"):
        if old.name not in written:
            old.unlink()
    for name, text in written.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()

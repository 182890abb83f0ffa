"""Writes a page for each source of the law, from the law itself, each time the docs are built."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from sphinx.application import Sphinx

from conventio.law import Law, shipped
from conventio.law.model import Dated, Gap, Provision, Source, Value

INDEX = """# The law, source by source

What the program knows of the law, version `{version}`, told in our own words. Each page is
made from the data when the documentation is built. `conventio law` shows the same.

| source | what it is | in force | known since | provisions | gaps |
|---|---|---|---|---|---|
{rows}

```{{toctree}}
:hidden:
:glob:

*
```
"""


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


def gap_lines(gap: Gap) -> Iterator[str]:
    """A gap, with how it is treated and the other reading."""
    yield ":::{admonition} Gap"
    yield plain(gap.open)
    yield f"\n*Treatment:* {plain(gap.treatment)}"
    if gap.other:
        yield f"\n*The other reading:* {plain(gap.other)}"
    yield ":::\n"


def provision_lines(provision: Provision, law: Law) -> Iterator[str]:
    """A provision: what it says, its figures, its claim rules and its gaps."""
    source = law.sources[provision.source]
    yield f"({provision.id})=\n## {plain(provision.point)} {plain(provision.subject)}\n"
    facts = [f"`{provision.id}`", provision.kind]
    if provision.days != source.days:
        facts.append(in_force(provision))
    if provision.known != source.known:
        facts.append(f"known since {day(provision.known)}")
    rules = sorted({f"`{rule.rule}`" for rule in law.rules_of(provision.id)})
    if rules:
        facts.append("claim rules: " + ", ".join(rules))
    yield " · ".join(facts) + "\n"
    yield plain(provision.says) + "\n"
    if provision.values:
        yield "| figure | value | unit | in force |\n|---|---|---|---|"
        yield "\n".join(value_row(value) for value in provision.values) + "\n"
    for gap in provision.gaps:
        yield from gap_lines(gap)


def source_page(source: Source, provisions: Iterable[Provision], law: Law) -> str:
    """The page of one source."""
    lines = [f"# {plain(source.title)}\n", plain(source.document) + "\n"]
    dates = [f"`{source.key}`", in_force(source), f"published {day(source.published)}"]
    if source.concluded:
        dates.insert(1, f"concluded {day(source.concluded)}")
    lines.append(" · ".join(dates) + "\n")
    for provision in provisions:
        lines += provision_lines(provision, law)
    return "\n".join(lines)


def source_row(source: Source, provisions: list[Provision]) -> str:
    """The row of one source on the index."""
    gaps = sum(len(provision.gaps) for provision in provisions)
    return (
        f"| [{source.key}]({source.key}.md) | {plain(source.title)} | {in_force(source)} "
        f"| {day(source.known)} | {len(provisions)} | {gaps} |"
    )


def write_pages(app: Sphinx) -> None:
    """Write `law/`: an index and a page for each source that has provisions."""
    law = shipped()
    folder = Path(app.srcdir) / "law"
    folder.mkdir(exist_ok=True)
    pages: dict[str, str] = {}
    rows = []
    for source in law.sources.values():
        own = [one for one in law.provisions.values() if one.source == source.key]
        if own:
            pages[f"{source.key}.md"] = source_page(source, own, law)
            rows.append(source_row(source, own))
    pages["index.md"] = INDEX.format(version=law.version, rows="\n".join(rows))
    for old in folder.glob("*.md"):
        if old.name not in pages:
            old.unlink()
    for name, text in pages.items():
        page = folder / name
        if not page.is_file() or page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Called by Sphinx."""
    app.connect("builder-inited", write_pages)
    return {"parallel_read_safe": True}

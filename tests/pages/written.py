"""Reports of small folders, written as `conventio check` writes them, and their elements."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pyarrow as pa

from conventio.claims import output
from conventio.claims.decide import decide
from conventio.folder.engine import DuckDB
from conventio.folder.parts import Part
from conventio.folder.read import read_folder
from conventio.law import shipped
from conventio.pages import report
from conventio.pages.figures import Figures, figures
from conventio.pages.tally import tally
from conventio.wording.catalogue import Language

VOID = {"meta", "br", "link", "img", "hr", "input"}
COLUMNS = "service_id,attestation_id,patient_id,practitioner,performed_at,code"


class Page(HTMLParser):
    """The elements of a page, with a check that each is closed where it should be."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.data: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        name = dict(self.elements[-1][1]).get("id") if self.elements else None
        if self.open[-1:] == ["script"] and name:
            self.data[name] = self.data.get(name, "") + data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def json(self, name: str) -> Any:
        return json.loads(self.data[name])


@dataclass(frozen=True)
class Written:
    text: str
    figures: Figures
    decisions: pa.Table
    findings: pa.Table


def written(folder: Path, path: Path, language: Language = "en") -> Written:
    with DuckDB() as engine:
        read = read_folder(engine, folder)
        decided = decide(engine, shipped(), read.present)
        tally(engine, Part())
        counted = figures(engine, decided)
        report.write(engine, decided, read, counted, path, language=language)
        decisions, findings = output.arrow(engine)
    return Written(path.read_text(encoding="utf-8"), counted, decisions, findings)


def folder_of(location: Path, rows: list[list[str]], columns: str = COLUMNS) -> Path:
    location.mkdir(exist_ok=True)
    with (location / "services.csv").open("w", encoding="utf-8", newline="") as stream:
        lines = csv.writer(stream)
        lines.writerow(columns.split(","))
        lines.writerows(rows)
    return location


def empty(location: Path) -> Path:
    return folder_of(location, [])


def all_refused(location: Path, services: int = 30) -> Path:
    """Fillings that are all declared as provisional."""
    rows = [
        f"s{n:03} a{n} p{n} 39990130001 2024-{n % 12 + 1:02}-05 373892 16 O true true".split()
        for n in range(services)
    ]
    return folder_of(location, rows, f"{COLUMNS},tooth,surfaces,direct_method,provisional")

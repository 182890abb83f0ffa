"""What a check leaves behind: decisions, findings and the account of the run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow as pa

from conventio import __version__
from conventio.claims import decisions, findings
from conventio.claims.decide import Decided
from conventio.claims.order import IN_ORDER
from conventio.claims.sums import told
from conventio.folder.engine import Engine
from conventio.folder.read import Folder


def _column(name: str) -> str:
    if name in decisions.AMOUNTS:
        return f"CAST({name} AS {decisions.AMOUNT}) AS {name}"
    return (
        f"CAST(NULL AS {decisions.UNANSWERED[name]}) AS {name}"
        if name in decisions.UNANSWERED
        else name
    )


_ANSWERED = ", ".join(name for name in decisions.COLUMNS if name not in decisions.UNANSWERED)

# What is null everywhere is put there last: it needs no sorting.
DECISIONS = (
    f"SELECT {', '.join(map(_column, decisions.COLUMNS))} "
    f"FROM (SELECT {_ANSWERED} FROM decisions ORDER BY {IN_ORDER})"
)
"""The query for the decisions, in the order in which they were taken."""

LISTED = "rule, provision, severity, evidence_service_id NULLS FIRST, message"
"""The order of the findings of one service."""

FINDINGS = f"SELECT {', '.join(findings.COLUMNS)} FROM findings ORDER BY {IN_ORDER}, {LISTED}"
"""The query for the findings, in the order of decision, rule and evidence; no two are equal."""


def account(decided: Decided, folder: Folder) -> dict[str, Any]:
    """What was run on what, and how it came out; the same for the same input."""
    law = decided.law
    return {
        "version": __version__,
        "law": law.version,
        "known": str(law.as_known_by) if law.as_known_by else None,
        "as_of": str(decided.as_of),
        "inputs": [
            {"table": one.table, "file": one.file, "sha256": one.sha256, "rows": one.rows}
            for one in folder.inputs
        ],
        "services": sum(decided.outcomes.values()),
        "outcomes": dict(decided.outcomes),
        "amounts": told(decided.amounts),
        "findings": [
            {"rule": rule, "severity": severity, "services": services}
            for (rule, severity), services in decided.findings.items()
        ],
        "rules_run": sorted({rule.rule for rule in decided.rules}),
        "rules_not_run": [
            {
                "rule": one.rule,
                "provision": one.provision,
                "missing": ", ".join(one.missing),
                "services": one.services,
            }
            for one in decided.not_run
        ],
        "tables_not_used": [
            {"table": one.table, "rows": one.rows}
            for one in folder.inputs
            if one.table in decided.unused
        ],
        "warnings": folder.warnings_total,
        "set_aside": dict(folder.set_aside),
    }


TABLES = {"decisions": DECISIONS, "findings": FINDINGS}
"""The queries for the tables that are written, by name."""


ACCOUNT = "run.json"
"""The file with the account of a run."""


def write_account(decided: Decided, folder: Folder, target: Path) -> dict[str, Any]:
    """Write run.json into a folder, last: it names all files of the folder. Answer what it says."""
    names = {file.name for file in target.iterdir() if file.is_file()} | {ACCOUNT}
    told = {**account(decided, folder), "files": sorted(names)}
    text = json.dumps(told, indent=2, ensure_ascii=False) + "\n"
    (target / ACCOUNT).write_text(text, encoding="utf-8", newline="\n")
    return told


def written(target: Path) -> frozenset[str]:
    """The files that a run wrote into a folder, by its own account; none where no run did."""
    try:
        told = json.loads((target / ACCOUNT).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return frozenset()
    if not isinstance(told, dict) or not {"version", "law", "inputs", "files"} <= set(told):
        return frozenset()
    files = told["files"] if isinstance(told["files"], list) else []
    return frozenset(name for name in files if isinstance(name, str))


def arrow(engine: Engine) -> tuple[pa.Table, pa.Table]:
    """Decisions and findings as Arrow."""
    return engine.arrow(DECISIONS), engine.arrow(FINDINGS)

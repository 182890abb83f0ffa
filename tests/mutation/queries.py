"""Mutants of the compiled queries: a boundary moved, a condition left out, an order turned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

import sqlglot
from sqlglot import exp

from conventio.claims.plan import Plan, Stage

Change = tuple[str, Callable[[exp.Expr], exp.Expr]]
"""What is changed of a node, in words, and how."""

SHOWN = 140
"""How many characters of a condition a name shows."""

MOVED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
"""Each comparison, and what it is with its boundary on the other side."""


def mutants(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """Every mutant of the stages of a plan, by its name."""
    named: Counter[str] = Counter()
    for stages, put in ((plan.prepare, _prepared), (plan.conclude, _concluded)):
        for place, stage in enumerate(stages):
            named[stage.table] += 1
            name = stage.table if named[stage.table] == 1 else f"{stage.table} {named[stage.table]}"
            for what, sql in _of_query(stage.sql):
                changed = (*stages[:place], replace(stage, sql=sql), *stages[place + 1 :])
                yield f"{name}: {what}", put(plan, changed)
    for what, sql in _of_query(plan.round.sql):
        yield f"the round: {what}", replace(plan, round=replace(plan.round, sql=sql))


def _prepared(plan: Plan, stages: tuple[Stage, ...]) -> Plan:
    return replace(plan, prepare=stages)


def _concluded(plan: Plan, stages: tuple[Stage, ...]) -> Plan:
    return replace(plan, conclude=stages)


def _of_query(sql: str) -> Iterator[tuple[str, str]]:
    """Each condition changed wherever it stands: one condition may be compiled more than once."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    nodes = _changeable(_plain(tree))
    texts = [_sql(node) for node in nodes]
    named: Counter[str] = Counter()
    for text, node in dict(zip(texts, nodes, strict=True)).items():
        for place, (what, _) in enumerate(_changes(node)):
            name = f"{_short(text)}: {what}"
            named[name] += 1
            changed = _changed(tree, texts, text, place)
            yield name if named[name] == 1 else f"{name} ({named[name]})", changed


def _changed(tree: exp.Expr, texts: list[str], text: str, place: int) -> str:
    """The query with one of the changes made to every node of that text."""
    changed = tree.copy()
    for node, own in zip(_changeable(changed), texts, strict=True):
        if own == text:
            node.replace(_changes(node)[place][1](node.copy()))
    return _sql(changed)


def _changeable(tree: exp.Expr) -> list[exp.Expr]:
    return [node for node in tree.walk() if _changes(node)]


def _changes(node: exp.Expr) -> list[Change]:
    """The ways to change a node by its smallest step."""
    if isinstance(node, exp.Between):
        return [("the first not included", _from_after), ("the last not included", _to_before)]
    if type(node) in MOVED:
        return [(f"{MOVED[type(node)].key} instead of {node.key}", _moved)]
    if isinstance(node, exp.And | exp.Or) and not isinstance(node.parent, type(node)):
        chain = enumerate(_operands(node))
        return [(f"without {_short(_sql(one))}", _without(place)) for place, one in chain]
    if isinstance(node, exp.Ordered):
        return [("the other way round", _turned)]
    return []


def _moved(node: exp.Expr) -> exp.Expr:
    return MOVED[type(node)](this=node.this, expression=node.expression)


def _from_after(node: exp.Expr) -> exp.Expr:
    low, high = node.args["low"], node.args["high"]
    return _both(exp.GT(this=node.this, expression=low), exp.LTE(this=node.this, expression=high))


def _to_before(node: exp.Expr) -> exp.Expr:
    low, high = node.args["low"], node.args["high"]
    return _both(exp.GTE(this=node.this, expression=low), exp.LT(this=node.this, expression=high))


def _both(one: exp.Expr, other: exp.Expr) -> exp.Expr:
    return exp.paren(exp.And(this=one.copy(), expression=other.copy()))


def _turned(node: exp.Expr) -> exp.Expr:
    node.set("desc", not node.args.get("desc"))
    return node


def _operands(node: exp.Expr) -> list[exp.Expr]:
    """The conditions of a chain of one connective."""
    return list(node.flatten(unnest=False))


def _without(place: int) -> Callable[[exp.Expr], exp.Expr]:
    """The change that leaves one condition of a chain out."""

    def change(node: exp.Expr) -> exp.Expr:
        left = [one.copy() for number, one in enumerate(_operands(node)) if number != place]
        chain = left[0]
        for one in left[1:]:
            chain = type(node)(this=chain, expression=one)
        return exp.paren(chain)

    return change


def _plain(tree: exp.Expr) -> exp.Expr:
    """A tree as one reads it: columns without their tables, names without quotes."""
    plain = tree.copy()
    for column in list(plain.find_all(exp.Column)):
        column.set("table", None)
    for name in plain.find_all(exp.Identifier):
        name.set("quoted", False)
    return plain


def _short(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."


def _sql(node: exp.Expr) -> str:
    return node.sql(dialect="duckdb")

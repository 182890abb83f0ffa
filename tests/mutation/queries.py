"""Mutants of the compiled queries: a boundary moved, a condition left out, an order turned."""

from __future__ import annotations

import pickle
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from functools import partial

import sqlglot
from sqlglot import exp

from conventio.claims.plan import Plan, Stage

Change = tuple[str, Callable[[exp.Expr], exp.Expr]]
"""What is changed of a node, in words, and how."""

Query = Callable[[], str]
"""A query, written when it is asked for."""

SHOWN = 140
"""How many characters of a condition a name shows."""

MOVED: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.LT: exp.LTE,
    exp.LTE: exp.LT,
    exp.GT: exp.GTE,
    exp.GTE: exp.GT,
}
"""Each comparison, and what it is with its boundary on the other side."""

CHANGEABLE: tuple[type[exp.Expr], ...] = (exp.Between, exp.Ordered, exp.And, exp.Or, *MOVED)


def mutants(
    plan: Plan, kinds: Set[str], says_something: Callable[[str], bool]
) -> Iterator[tuple[str, Callable[[], Plan]]]:
    """Every mutant of the stages of a plan, by its name.

    Left alone is what the law asks nothing of: a table of findings without a row, and conditions
    on kinds of rule that are not among the law's `kinds`.
    """
    named: Counter[str] = Counter()
    of_all = ((plan.whole, _whole), (plan.prepare, _prepared), (plan.conclude, _concluded))
    for stages, put in of_all:
        for place, stage in enumerate(stages):
            named[stage.table] += 1
            if stage.table.endswith("_findings") and not says_something(stage.table):
                continue
            name = stage.table if named[stage.table] == 1 else f"{stage.table} {named[stage.table]}"
            for what, change in _of_query(stage.sql, kinds):
                yield f"{name}: {what}", partial(put, plan, place, change)
    for what, change in _of_query(plan.round.sql, kinds):
        yield f"the round: {what}", partial(_of_round, plan, change)


def _whole(plan: Plan, place: int, change: Query) -> Plan:
    return replace(plan, whole=_put(plan.whole, place, change))


def _prepared(plan: Plan, place: int, change: Query) -> Plan:
    return replace(plan, prepare=_put(plan.prepare, place, change))


def _concluded(plan: Plan, place: int, change: Query) -> Plan:
    return replace(plan, conclude=_put(plan.conclude, place, change))


def _of_round(plan: Plan, change: Query) -> Plan:
    return replace(plan, round=replace(plan.round, sql=change()))


def _put(stages: tuple[Stage, ...], place: int, change: Query) -> tuple[Stage, ...]:
    return (*stages[:place], replace(stages[place], sql=change()), *stages[place + 1 :])


def _of_query(sql: str, kinds: Set[str]) -> Iterator[tuple[str, Query]]:
    """Each condition changed wherever it stands: one condition may be compiled more than once."""
    tree = sqlglot.parse_one(sql, dialect="duckdb")
    kept = pickle.dumps(tree)
    nodes = _changeable(_plain(tree))
    texts = [_sql(node) for node in nodes]
    asked = {text: node for text, node in zip(texts, nodes, strict=True) if _asked(node, kinds)}
    named: Counter[str] = Counter()
    for text, node in asked.items():
        for place, (what, _) in enumerate(_changes(node)):
            name = f"{_short(text)}: {what}"
            named[name] += 1
            query = partial(_changed, kept, texts, text, place)
            yield name if named[name] == 1 else f"{name} ({named[name]})", query


def _changed(kept: bytes, texts: list[str], text: str, place: int) -> str:
    """The query with one of the changes made to every node of that text.

    The tree is kept pickled, since that is by far the fastest way to copy it.
    """
    tree: exp.Expr = pickle.loads(kept)
    for node, own in zip(_changeable(tree), texts, strict=True):
        if own == text:
            node.replace(_changes(node)[place][1](node.copy()))
    return tree.sql(dialect="duckdb", copy=False)


def _changeable(tree: exp.Expr) -> list[exp.Expr]:
    """The nodes that can be changed; of a chain of one connective the whole."""
    return [
        node
        for node in tree.walk()
        if isinstance(node, CHANGEABLE)
        and not (isinstance(node, exp.And | exp.Or) and isinstance(node.parent, type(node)))
    ]


def _asked(node: exp.Expr, kinds: Set[str]) -> bool:
    """Whether it is no condition on a kind of rule that the law does not have."""
    chain: exp.Expr | None = node
    while chain is not None:
        if isinstance(chain, exp.And):
            for one in _operands(chain):
                named = one.unnest()
                if isinstance(named, exp.EQ) and _sql(named.this) == "kind":
                    return named.expression.name in kinds
        chain = chain.parent
    return True


def _changes(node: exp.Expr) -> list[Change]:
    """The ways to change a node by its smallest step."""
    if isinstance(node, exp.Between):
        return [("the first not included", _from_after), ("the last not included", _to_before)]
    if type(node) in MOVED:
        return [(f"{MOVED[type(node)].key} instead of {node.key}", _moved)]
    if isinstance(node, exp.And | exp.Or):
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

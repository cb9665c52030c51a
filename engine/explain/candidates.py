"""What might let an order through, by the rule that stopped it. Whether it does is tried later."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from engine.compiler.collecting import CompiledField, CompiledRule
from engine.compiler.lookup import Missing, look_up
from engine.compiler.predicates import CompiledPredicate
from engine.compiler.tracing import (
    Read,
    literals_of,
    reads_of_expression,
    reads_of_template,
)
from engine.explain.candidates_filter import of_filter
from engine.explain.candidates_items import of_product
from engine.explain.candidates_lines import LINE_RULES
from engine.explain.origins import looked_up
from engine.explain.sources import Seeing, spoken, written
from engine.explain.trial import AnyTrial, Candidate, ItemTrial, OrderTrial
from engine.model.decision import Decision

EXAMPLE = "x"
NAMED = ("skip", "hold", "wos-hold")


def candidates(trial: AnyTrial, stopped: Decision, seeing: Seeing) -> Iterator[Candidate]:
    """Changes of the record first, then of the ruleset, as far as the rule is of a known kind."""
    rest = stopped.rule.partition(".")[2]
    family, _, name = rest.partition(".")
    if rest == "only.where":
        yield from _where(trial, stopped)
    elif family in NAMED:
        yield from _named(trial, stopped)
    elif family == "lookup":
        yield from _lookups(trial, stopped, name, seeing)
    elif family == "map":
        yield from _members(trial, stopped, name)
    elif isinstance(trial, ItemTrial):
        yield from of_product(trial, stopped.rule, seeing)
    else:
        yield from _of_order(trial, stopped, seeing)


def _of_order(trial: OrderTrial, stopped: Decision, seeing: Seeing) -> Iterator[Candidate]:
    """What has no expression, or is the number's."""
    if stopped.rule.startswith("orders.only."):
        yield from of_filter(trial, stopped.rule.removeprefix("orders.only."), seeing)
    elif stopped.rule == "orders.number":
        reads = reads_of_template(trial.compiled.number, trial.scope(stopped.link))
        yield from _given(trial, reads)
    elif stopped.rule in LINE_RULES:
        yield from LINE_RULES[stopped.rule](trial, seeing)


def _where(trial: AnyTrial, stopped: Decision) -> Iterator[Candidate]:
    where = trial.compiled.where
    if where is None:
        return
    yield from _other_values(trial, where, trial.scope(None), named_first=True)
    yield Candidate(
        where="ruleset",
        text=f"leave out {stopped.rule}, or let it say yes to this record",
        place=where.place,
        trial=trial.with_compiled(where=None),
    )


def _named(trial: AnyTrial, stopped: Decision) -> Iterator[Candidate]:
    family = stopped.rule.split(".")[1].replace("-", "_")
    rules: tuple[CompiledRule, ...] = getattr(trial.compiled, family, ())
    for rule in rules:
        if rule.id == stopped.rule:
            scope = trial.scope(stopped.link)
            yield from _other_values(trial, rule.predicate, scope, named_first=False)
            left = tuple(one for one in rules if one is not rule)
            yield Candidate(
                where="ruleset",
                text=f"leave out {rule.id}, or let it say no to this record",
                place=rule.predicate.place,
                trial=trial.with_compiled(**{family: left}),
            )


def _other_values(
    trial: AnyTrial, predicate: CompiledPredicate, scope: Mapping[str, Any], *, named_first: bool
) -> Iterator[Candidate]:
    """The record with another value in one of the members that the predicate looked at: first
    those that it names itself where it is to say yes, any other where it is to say no.
    """
    literals = literals_of(predicate.expression)
    for read in reads_of_expression(predicate.expression, scope):
        if read.size:
            continue
        for value in _alternatives(read, literals, named_first=named_first):
            other = trial.with_value(read.spot, value)
            if other is not None:
                yield Candidate(
                    where="record",
                    text=_instead(read, value),
                    trial=other,
                    family=written(read.spot),
                )


def _alternatives(read: Read, literals: tuple[Any, ...], *, named_first: bool) -> list[Any]:
    """Values of the kind that stands there."""
    if isinstance(read.value, list):
        fewer = [[one for one in read.value if one != gone] for gone in literals]
        more = [[*read.value, one] for one in literals if one not in read.value]
        return [value for value in [*fewer, *more] if value != read.value]
    if isinstance(read.value, dict):
        return []
    if isinstance(read.value, bool):
        return [not read.value]
    named = [one for one in literals if read.value is None or isinstance(one, type(read.value))]
    any_other = [EXAMPLE, None]
    values = [*named, *any_other] if named_first else [*any_other, *named]
    return [value for value in values if value != read.value]


def _instead(read: Read, value: Any) -> str:
    path = written(read.spot)
    if isinstance(value, list):
        gone = [one for one in read.value if one not in value]
        more = [one for one in value if one not in read.value]
        return f"{path} without {spoken(gone[0])}" if gone else f"{path} with {spoken(more[0])}"
    if value == EXAMPLE:
        return f"another text in {path}" if read.value else f"a text in {path}"
    if value is None:
        return f"nothing in {path}"
    return f"{spoken(value)} in {path}"


def _lookups(trial: AnyTrial, stopped: Decision, table: str, seeing: Seeing) -> Iterator[Candidate]:
    fields = [one for one in trial.compiled.fields if one.table and one.table.name == table]
    scope = trial.scope(stopped.link)
    for field in fields:
        key = looked_up(field, scope)
        found = look_up(field.table, key) if field.table is not None and key is not None else None
        if field.table is None or key is None or not isinstance(found, Missing):
            continue
        rows = list(dict.fromkeys([*found.nearest, *field.table.rows]))[:3]
        for read in _reads(field, scope):
            if not read.size and read.value == key:
                yield from _each(trial, read, rows)
        row = {**field.table.rows, key: EXAMPLE}
        named = "for this value" if field.private else f"{spoken(key)}: ..."
        yield Candidate(
            where="ruleset",
            text=f"add a row {named} to the table {table}",
            place=seeing.places.at("tables", table, "rows") or field.table.place,
            trial=_with_field(trial, field, replace(field, table=replace(field.table, rows=row))),
        )


def _members(trial: AnyTrial, stopped: Decision, target: str) -> Iterator[Candidate]:
    for field in trial.compiled.fields:
        if field.rule.target == target:
            yield from _given(trial, _reads(field, trial.scope(stopped.link)))
            given = replace(field.rule, default=EXAMPLE)
            yield Candidate(
                where="ruleset",
                text=f"give {stopped.rule} a default:",
                place=field.rule.place,
                trial=_with_field(trial, field, replace(field, rule=given)),
            )
            left = tuple(one for one in trial.compiled.fields if one is not field)
            yield Candidate(
                where="ruleset",
                text=f"leave out {stopped.rule}",
                place=field.rule.place,
                trial=trial.with_compiled(fields=left),
            )


def _reads(field: CompiledField, scope: Mapping[str, Any]) -> tuple[Read, ...]:
    if field.text is not None:
        return reads_of_template(field.text, scope)
    return () if field.value is None else reads_of_expression(field.value, scope)


def _given(trial: AnyTrial, reads: tuple[Read, ...]) -> Iterator[Candidate]:
    """The record with a text where it has nothing."""
    for read in reads:
        if not read.size and read.value in (None, ""):
            yield from _each(trial, read, [EXAMPLE])


def _each(trial: AnyTrial, read: Read, values: list[str]) -> Iterator[Candidate]:
    for value in values:
        other = trial.with_value(read.spot, value)
        if other is not None:
            yield Candidate(where="record", text=_instead(read, value), trial=other)


def _with_field(trial: AnyTrial, field: CompiledField, other: CompiledField) -> AnyTrial:
    fields = tuple(other if one is field else one for one in trial.compiled.fields)
    return trial.with_compiled(fields=fields)

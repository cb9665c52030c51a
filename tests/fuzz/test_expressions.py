"""An expression is refused with a place, or has a value, or says for which record it has none."""

from __future__ import annotations

from functools import cache
from random import Random
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from engine.compiler.expressions import CompiledExpression, ExpressionError, compile_expression
from engine.compiler.functions import names
from engine.diagnostics import Place
from engine.model.ruleset import Expression
from tests.adapters.rig import raw_order
from tests.fuzz.nasty import spoilt, spoilt_text
from tests.fuzz.tally import tried, tries

ROOTS = frozenset(["ca", "tags", "profile", "lines"])
TEXTS = (
    "join(', ', sort(tags))",
    "ca.ShippingAddressLine1 == `null` || trim(ca.ShippingAddressLine1) == ''",
    "ca.Items[?Quantity > `1`].{sku: Sku, n: Quantity} | [0].n",
    "starts_with(coalesce(ca.SiteOrderID, ''), 'TEST-')",
    "sum(ca.Items[].Quantity) && !contains(tags, 'a') || ca.Items[*].BundleComponents[]",
    "date_format(ca.CreatedDateUtc, '%Y-%m-%d')",
    "matches(ca.ShippingPostalCode, '^[0-9]{5}$')",
    "max_by(ca.Items, &Quantity).Sku",
    "map(&to_string(@), ca.Items[::-1])",
    "div(mul(ca.TotalPrice, `100`), `3`)",
    "sort_by(values(ca), &to_string(@))[0:3]",
    "merge(ca, {a: ca}) | keys(@) | reverse(@)",
    "replace(split(ca.SiteName, 'a')[0], '', 'b')",
)
FUNCTIONS = tuple(f"{name}(" for name in sorted(names()))
TOKENS = (
    *("ca", "@", "[]", "[*]", "[?", "]", "{", "}", "(", ")", "&", "&&", "||", "!", "|", ".", ","),
    *("`null`", "`1e400`", "`[1,2]`", "'x'", '"y"', "==", "<", "[0]", "[::-1]", "[:0:0]", "*", "`"),
    *("`{}`", "`NaN`", "[99999999999999999999]", "-1", "lines", "tags", "'(a+)+$'", "'['", "\\"),
    *FUNCTIONS,
)


@cache
def scope() -> dict[str, Any]:
    order = {**raw_order(5), "TotalPrice": 12.5, "SiteOrderID": None, "ShippingPostalCode": "02142"}
    return {"ca": order, "tags": ["b", "a"], "profile": {"name": "us"}, "lines": order["Items"]}


def _refusal(compiled: CompiledExpression, values: dict[str, Any]) -> str:
    """Why there is none for this record, empty where there is one."""
    try:
        compiled.search(values)
    except ExpressionError as error:
        return error.summary
    return ""


def check_searched(text: str, values: dict[str, Any]) -> None:
    source = Expression(text=text, place=Place("odd.yaml", 3, 7, len(text)))
    compiled, found = compile_expression(source, ROOTS)
    assert (compiled is None) == bool(found)
    for one in found:
        assert one.place is not None
        assert one.place.line >= 3
    assert compiled is None or "Amazon" not in _refusal(compiled, values)


@tries(150)
@given(chance=st.randoms(use_true_random=False))
def test_an_odd_expression_is_refused_or_answered(chance: Random) -> None:
    """Tokens and letters of real expressions are exchanged, and so is what they read."""
    tried("JMESPath")
    text = spoilt_text(chance.choice(TEXTS), chance, TOKENS)
    check_searched(text, spoilt(scope(), chance) if chance.random() < 0.5 else scope())


@tries(100)
@given(chance=st.randoms(use_true_random=False))
def test_a_good_expression_stands_any_record(chance: Random) -> None:
    """What is read may hold anything: the expression has a value for it, or says so."""
    tried("record for JMESPath")
    values = scope()
    for _ in range(3):
        values = spoilt(values, chance)
        values = values if isinstance(values, dict) else scope()
    check_searched(chance.choice(TEXTS), values)


@tries(60)
@given(text=st.text(st.characters(), max_size=120))
@example(text="(" * 900)
@example(text="!" * 999)
@example(text="a" + "[*]" * 300)
@example(text="`" + "[" * 900)
@example(text="ca" + ".ca" * 300)
@example(text="matches('" + "a" * 200 + "', '(a|aa)+$')")
def test_any_text_is_refused_or_answered(text: str) -> None:
    """Nesting and length end in a diagnostic."""
    tried("JMESPath")
    check_searched(text, scope())

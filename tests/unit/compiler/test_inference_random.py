"""Expressions drawn at random: the walk never fails, and what it foretells comes true."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.adapters import find
from engine.compiler.expressions import ExpressionError, compile_expression
from engine.compiler.findings import Findings
from engine.compiler.inference import Spot, Walker
from engine.compiler.kinds import kind_of
from engine.record_shapes import scope_for
from tests.unit.compiler.builders import expression
from tests.unit.compiler.test_inference import scopes

LEAVES = (
    "ca ca.SiteName ca.SiteOrderID ca.TotalPrice ca.TotalGiftOptionPrice ca.OrderTags"
    " ca.BuyerEmailOptIn ca.Items ca.Fulfillments ca.ShippingStatus tags tags[0] lines skus site"
    " link part.single profile.name ca.Items[0].Sku ca.Items[*].Quantity lines[*].sku"
    " ca.Fulfillments[*].TrackingNumber ca.Items[].Adjustments[] ca.Nothing"
    " 'x' `5` `null` `true` 'Cleared' `[]` `{}`"
).split()
MEMBERS = st.sampled_from(["Sku", "sku", "Quantity", "quantity", "TrackingNumber", "UnitPrice"])
OF_ONE = st.sampled_from(
    "upper trim length to_number to_string type sort reverse max min sum avg keys values to_array"
    " abs date not_null coalesce".split()
)
OF_TWO = st.sampled_from("contains starts_with coalesce join add split not_null merge".split())
SIGNS = st.sampled_from(["&&", "||", "==", "!=", ">", "<=", "|"])
BRACKETS = st.sampled_from(["0", "-1", "*", "", "0:2", "?Sku", "?quantity > `1`", "?@ != `null`"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Larger expressions out of smaller ones."""
    return st.one_of(
        st.builds("({} {} {})".format, inner, SIGNS, inner),
        st.builds("!({})".format, inner),
        st.builds("{}({})".format, OF_ONE, inner),
        st.builds("{}({}, {})".format, OF_TWO, inner, inner),
        st.builds("({})[{}]".format, inner, BRACKETS),
        st.builds("({}).{}".format, inner, MEMBERS),
        st.builds("({})[*].{}".format, inner, MEMBERS),
        st.builds("({}).*".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{a: {}, b: {}}}".format, inner, inner),
        st.builds("map(&{}, {})".format, MEMBERS, inner),
        st.builds("sort_by({}, &{})".format, inner, MEMBERS),
    )


EXPRESSIONS = st.recursive(st.sampled_from(LEAVES), grown, max_leaves=6)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(EXPRESSIONS)
def test_any_expression_yields_what_is_foretold(text: str) -> None:
    """Over orders of the twin each result is of a kind that the walk has foretold, or an error."""
    scope = scope_for("order", "ca", find("channeladvisor"))
    compiled, _ = compile_expression(expression(text), frozenset(scope.members))
    if compiled is None:
        return
    walker = Walker(findings=Findings(compiled.source))
    shape = walker.shape(compiled.tree, Spot(here=scope))
    for seen in scopes("order")[::15]:
        try:
            assert kind_of(compiled.search(seen)) in shape.kinds
        except ExpressionError:
            continue

"""What the shapes of the records tell of an expression, and what nobody must be told.

Each row has the id, or nothing, and the text with « and » around what the caret underlines.
"""

from __future__ import annotations

import pytest

from engine.adapters import find
from engine.compiler.expressions import CompiledExpression, compile_expression
from engine.compiler.predicates import compile_predicate
from engine.compiler.shapes import Shape
from engine.compiler.templates import compile_template
from engine.compiler.typed_checks import check_aliases, check_condition, check_quantity, check_value
from engine.compiler.typed_templates import check_template
from engine.diagnostics import Diagnostic, Place
from engine.model.ruleset import Expression, FieldRule, Template
from engine.record_shapes import scope_for

CONDITIONS = [
    ("predicate-may-be-null", "«ca.Items[?Sku=='A'] | [0].Quantity > `1`»"),
    ("", "ca.Items[?starts_with(Sku,'A')] | length(@) > `0`"),
    ("unknown-field", "length(ca.Items[?«Quantitty» > `1`]) > `0`"),
    ("unknown-word", "ca.Fulfillments[0].DeliveryStatus == «'complete'»"),
    ("compare-kinds", "«ca.CreatedDateUtc» > '2026-11-01'"),
    ("predicate-may-be-null", "«ca.OrderTags && contains(ca.OrderTags, 'x')»"),
    ("", "ca.OrderTags != `null` && contains(ca.OrderTags, 'x')"),
    ("", "!(ca.OrderTags) || contains(ca.OrderTags, 'x')"),
    ("predicate-may-be-null", "«ca.BuyerEmailOptIn»"),
    ("", "ca.BuyerEmailOptIn == `true`"),
    ("", "not_null(ca.BuyerEmailOptIn, `false`)"),
    ("undescribed-word", "contains(['Cleared',«'Payed'»], payment)"),
    ("", "contains('Cleared,Submitted', payment)"),
    ("", "site == 'Amazon US'"),
    ("compare-kinds", "«site_id == '640'»"),
    ("", "contains(skus, 'LAMP')"),
    ("predicate-may-be-null", "«lines[?sku == 'X'].quantity | [0] >= `2`»"),
    ("", "sum(lines[*].quantity) > `5`"),
    ("predicate-may-be-null", "«max(lines[*].quantity) > `5`»"),
    ("predicate-may-be-null", "«max_by(lines, &quantity).quantity > `5`»"),
    ("unknown-field", "max_by(lines, &«quantiy»).quantity > `5`"),
    ("unknown-field", "link.«nam» == 'east'"),
    ("compare-kinds", "«link == 'east'»"),
    ("compare-kinds", "«profile == 'us'»"),
    ("", "profile.name == 'us'"),
    ("", "part.single"),
    ("unknown-word", "contains(ca.Fulfillments[*].DeliveryStatus, «'Cancelled'»)"),
    ("", "contains(ca.Fulfillments[*].DeliveryStatus, 'Canceled')"),
    ("unknown-word", 'contains(«`["Cleard"]`», payment)'),
    ("null-into-function", "sort_by(ca.Fulfillments, &«TrackingNumber»)[0].ID == `1`"),
    ("wrong-argument", "sort_by(ca.Fulfillments, &«Items»)[0].ID == `1`"),
    ("", "max_by(ca.Fulfillments, &coalesce(TrackingNumber, '')) != `null`"),
    ("compare-kinds", "«key == `5`»"),
    ("", "site == payment"),
    ("", "ca.Items[*].ID == [`1`]"),
    ("compare-kinds", "«tags == 'x'»"),
    ("", "tags == ['x']"),
    ("", "contains(tags, `5`)"),
    ("", "contains(ca.Items, 'LAMP')"),
    ("", "matches(ca.SiteOrderID || '', '^1')"),
    ("", "ca.ShippingCountry != 'US'"),
    ("", "ca.ShippingCountry == 'US' && ca.ShippingStateOrProvince == 'HI'"),
    ("predicate-may-be-null", "«to_number(ca.ShippingPostalCode) > `90000`»"),
    ("unknown-field", "ca.«Adjustments»[0]"),
    ("unknown-field", "ca.Items[*].«FulfillmentItems»[] | length(@) > `0`"),
    ("null-into-function", "length(«ca.SpecialInstructions») > `5`"),
    ("predicate-never-boolean", "«ca.ID»"),
    ("unknown-field", "ca.«Id» == `5`"),
    ("compare-kinds", "«created» > updated"),
    ("", "type(ca.SpecialInstructions) == 'string' && contains(ca.SpecialInstructions,'x')"),
    ("", "tags[?@ == 'Rush'] | [0] == 'Rush'"),
    ("", "length(tags[?starts_with(@, 'Amz')]) > `0`"),
    ("", "contains(map(&sku, lines), 'X')"),
    ("", "contains(join(',', lines[*].sku), 'X')"),
    ("free-member", "ca.CustomFields[?FieldID == «`7`»] | [0].Value == 'x'"),
    ("compare-kinds", "ca.CustomFields[?«FieldID == '7'»] | [0].Value == 'x'"),
    ("free-member", "ca.OrderAttributes[?Name==«'gift'»] | [0] != `null`"),
    ("", "keys(ca)[0] == 'x'"),
    ("", "@.ca.ID == `5`"),
    ("", 'ca."ID" == `5`'),
    ("unknown-field", "{a: ca.ID}.«b» == `5`"),
    ("", "[ca.ID, ca.SiteName][0] == `5`"),
    ("", "ca.* | length(@) > `3`"),
    ("", "ca.Items[0:2].Sku | [0] == 'x'"),
    ("unknown-word", "ca.Items[].Adjustments[].Reason | contains(@, «'BuyerCanceled'»)"),
    ("null-into-function", "abs(«ca.TotalShippingTaxPrice») > `1`"),
    ("", "(ca.TotalShippingTaxPrice || `0`) > `1`"),
    ("predicate-never-boolean", "«ca.ShippingStatus»"),
    ("unknown-word", "payment == «'cleared'»"),
    ("", "starts_with(ca.ShippingStatus, 'Un')"),
    ("", "upper(payment) == 'CLEARED'"),
    ("", "reverse(tags)[0] == 'x'"),
    ("null-into-function", "sort_by(lines, &«sku»)[0].sku == 'x'"),
    ("no-members", "ca.Items.«Sku» == 'x'"),
    ("no-members", "ca.Items.«length» == `3`"),
]
VALUES = [
    ("list-for-value", "«tags»"),
    ("list-for-value", "«ca.Items[*].Sku»"),
    ("list-for-value", "«ca.Items»"),
    ("number-for-text", "«to_number»(ca.ShippingPostalCode)"),
    ("number-for-text", "to_string(«to_number»(ca.ShippingPostalCode))"),
    ("number-for-text", "add(«to_number»(skus[0]), `1`)"),
    ("wrong-argument", "add(«ca.SiteOrderID», `1`)"),
    ("", "ca.SiteName"),
    ("null-into-required", "«coalesce(ca.SiteOrderID, ca.SecondarySiteOrderID)»"),
    ("", "coalesce(ca.SiteOrderID, key)"),
    ("null-into-function", "join(', ', [«ca.ShippingFirstName, ca.ShippingLastName»])"),
    ("", "join(' ', [ca.ShippingFirstName, ca.ShippingLastName][?@ != `null`])"),
    ("null-into-required", "«ca.Items[0].Sku»"),
    ("list-for-value", "«{a: tags}»"),
    ("free-member", "ca.CustomFields[?FieldID == «`7`»].Value | [0]"),
    ("null-into-required", "«ca.OrderTags»"),
    ("null-into-function", "date(«ca.DeliverByDateUtc»)"),
    ("null-into-required", "«ca.DeliverByDateUtc && date(ca.DeliverByDateUtc)»"),
    ("null-into-required", "«ca.FlagID && to_string(ca.FlagID)»"),
    ("wrong-argument", "sum(«ca.Items[*].Sku»)"),
    ("wrong-argument", "join(',', «ca.Items[*].Quantity»)"),
    ("unknown-field", "ca.«SitName»"),
    ("null-into-function", "split(«ca.ShippingAddressLine1», ' ')[0]"),
    ("", "length(tags) > `2` && 'many' || 'few'"),
]
TEMPLATES = [
    ("unknown-field", "{{ ca.«SitName» }}"),
    ("null-into-text", "{{ «ca.SpecialInstructions» }}"),
    ("list-for-value", "{{ «tags» }}"),
    ("", "{{ tags | join(', ') }}"),
    ("", "{% if ca.SpecialInstructions %}{{ ca.SpecialInstructions }}{% endif %}"),
    ("", "{{ ca.SpecialInstructions if ca.SpecialInstructions else '' }}"),
    ("null-into-text", "{{ 'a' ~ «ca.OrderTags» }}"),
    ("unknown-field", "{{ ca.Items[0].«Skuu» }}"),
    ("no-elements", "{{ profile[«0»].x }}"),
    ("", "{{ site[0] | default('') }}{{ key[:2] }}"),
    ("null-into-text", "{{ «tags[0]» }}"),
    ("", "{{ numbers[0] }}"),
    ("null-into-text", "{{ «numbers[1]» }}"),
    ("", "{% if tags[0] is defined %}{{ tags[0] }}{% endif %}"),
    ("unknown-field", "{% if link %}{{ link.«nam» }}{% endif %}"),
    ("unknown-field", "{{ ca['«SitName»'] }}"),
    ("no-members", "{{ ca.Items.«Sku» }}"),
    ("unknown-field", "{{ link.«nam» }}"),
    ("", "{{ ca.OrderTags | default('') | upper }}"),
    ("number-for-text", "{{ «ca.ShippingPostalCode» | int }}"),
    ("null-into-text", "{{ «lines[0].sku» }}"),
    ("", "{{ lines[0].sku or '' }}"),
]
OF_PRODUCTS = [
    ("free-member", "attributes.«Color» == 'x'"),
    ("unknown-word", "kind == «'children'»"),
    ("unknown-word", "ca.ProductType == «'item'»"),
    ("predicate-may-be-null", "«ca.IsBlocked»"),
    ("free-member", "attributes.«\"My Color\"» == 'x'"),
    ("free-member", "ca.Attributes[?Name==«'x'»].Value | [0] == 'y'"),
    ("", "ca.Images[0].Url != `null`"),
    ("unknown-field", "ca.«DCQuantities»[0].AvailableQuantity > `0`"),
    ("", "length(attributes) > `5`"),
    ("predicate-never-boolean", "«aliases[0]»"),
]
OF_BOOKINGS = [
    ("unknown-word", "kind == «'counts'»"),
    ("", "reason == 'DMG'"),
    ("", "link.name == 'east'"),
    ("unknown-field", "link.«pick» == 'x'"),
    ("free-member", "fields.«customField1» == '5'"),
    ("compare-kinds", "quantity < «'0'»"),
    ("null-into-function", "starts_with(«reason», 'A')"),
    ("", "area == 'MAIN' && quantity > `0`"),
]


ALIASES = [
    ("", "ca.UPC"),
    ("", "[ca.UPC, ca.EAN]"),
    ("", "aliases"),
    ("", "ca.AliasRelationships[*].AliasProductSku"),
    ("", "attributes.CASE && ca.UPC || ca.EAN"),
    ("", "ca.ID"),
    ("list-for-value", "«ca.Images»"),
    ("list-for-value", "«profile»"),
    ("list-for-value", "«ca.IsParent»"),
    ("unknown-field", "ca.«Upc»"),
]
QUANTITIES = [
    ("", "to_number(ca.RelationshipName)"),
    ("", "length(aliases)"),
    ("", "ca.MultipackQuantity"),
    ("text-for-number", "«ca.RelationshipName»"),
    ("text-for-number", "«aliases»"),
    ("unknown-field", "ca.«MultipackQuantiti»"),
]
SYSTEM = find("channeladvisor")
ORDER = scope_for("order", "ca", SYSTEM)
PRODUCT = scope_for("product", "ca", SYSTEM)
BOOKING = scope_for("booking")


def bare(marked: str) -> str:
    """The text without its marks."""
    return marked.replace("«", "").replace("»", "")


def placed(text: str) -> Expression:
    """The text in line 3, column 5 of a file."""
    return Expression(text, Place("ruleset.yaml", 3, 5, len(text)))


def told(found: list[Diagnostic], text: str) -> list[tuple[str, str]]:
    """The ids, each with the text where its caret is marked."""
    return [(one.id, marked(one.place, text)) for one in found]


def marked(place: Place | None, text: str) -> str:
    """The text with marks around what a place underlines."""
    assert place is not None
    start = place.column - 5
    stop = start + place.length
    return f"{text[:start]}«{text[start:stop]}»{text[stop:]}"


def wanted(rule: str, text: str) -> list[tuple[str, str]]:
    """What a row of a table says."""
    return [(rule, text)] if rule else []


def of_condition(text: str, scope: Shape) -> list[Diagnostic]:
    """What is told of a condition that is well formed."""
    compiled, problems = compile_predicate(placed(text), frozenset(scope.members))
    assert compiled is not None, problems
    return check_condition(compiled.expression, scope)


def of_value(text: str, **more: object) -> list[Diagnostic]:
    """What is told of the value of a mapped member."""
    compiled, problems = compile_expression(placed(text), frozenset(ORDER.members))
    assert compiled is not None, problems
    rule = FieldRule(target="customField1", place=compiled.place, value=compiled.source, **more)
    return check_value(compiled, rule, ORDER)


@pytest.mark.parametrize(("rule", "text"), CONDITIONS, ids=range(len(CONDITIONS)))
def test_conditions_on_orders(rule: str, text: str) -> None:
    """A condition that cannot be meant is told once, at its place; a right one never."""
    assert told(of_condition(bare(text), ORDER), bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(("rule", "text"), OF_PRODUCTS)
def test_conditions_on_products(rule: str, text: str) -> None:
    """The same of products, with the seller's own attributes."""
    assert told(of_condition(bare(text), PRODUCT), bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(("rule", "text"), OF_BOOKINGS)
def test_conditions_on_bookings(rule: str, text: str) -> None:
    """The same of bookings of the floor."""
    assert told(of_condition(bare(text), BOOKING), bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(("rule", "text"), VALUES, ids=range(len(VALUES)))
def test_values_of_required_members(rule: str, text: str) -> None:
    """A mapped member wants one value, and a required one wants it of every record."""
    assert told(of_value(bare(text), required=True), bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(("rule", "text"), ALIASES)
def test_aliases(rule: str, text: str) -> None:
    """An alias is a text, a list of texts or null."""
    found = check_aliases(of_product(bare(text)), PRODUCT)
    assert told([one for one in found if one.id != "free-member"], bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(("rule", "text"), QUANTITIES)
def test_quantities(rule: str, text: str) -> None:
    """How many units an alias stands for is a number."""
    assert told(check_quantity(of_product(bare(text)), PRODUCT), bare(text)) == wanted(rule, text)


def of_product(text: str) -> CompiledExpression:
    """An expression over a product that is well formed."""
    compiled, problems = compile_expression(placed(text), frozenset(PRODUCT.members))
    assert compiled is not None, problems
    return compiled


@pytest.mark.parametrize(("rule", "text"), TEMPLATES)
def test_templates(rule: str, text: str) -> None:
    """Templates name what is there, and write what is a text."""
    template = Template(bare(text), placed(bare(text)).place)
    compiled, problems = compile_template(template, frozenset(ORDER.members))
    assert compiled is not None, problems

    assert told(check_template(compiled, ORDER), bare(text)) == wanted(rule, text)


@pytest.mark.parametrize(
    ("text", "mended"),
    [
        ("ca.TotalPrice > '1000'", "ca.TotalPrice > `1000`"),
        ("'5' < ca.TotalPrice", "`5` < ca.TotalPrice"),
        ("site_id == '640'", "site_id == `640`"),
        ("key == `5`", "key == '5'"),
        ("ca.payMENT == 'x'", None),
        ("ca.siteName == 'x'", "ca.SiteName == 'x'"),
        ("payment == 'cleared'", "payment == 'Cleared'"),
        ("payment == 'Clearedd'", None),
        ("site_id == '007'", None),
        ("ca.TotalPrice > 'abc'", None),
        ("part.single == `1`", None),
        ("link == '5'", None),
        ("key == `true`", None),
    ],
)
def test_what_is_certain_has_a_fix(text: str, mended: str | None) -> None:
    """A fix is the edit at its place; where anything else could be meant there is none."""
    (problem,) = of_condition(text, ORDER)

    if mended is None:
        assert problem.fix is None
        return
    assert problem.fix is not None
    start = problem.fix.place.column - 5
    stop = start + problem.fix.place.length
    assert text[start:stop] == problem.fix.was
    assert text[:start] + problem.fix.text + text[stop:] == mended
    assert of_condition(mended, ORDER) == []

"""Layers: what an overlay does to its base, and where bases come from."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from engine.config.document import parse
from engine.config.layers import Layers, read_layers
from engine.config.library import Text, is_safe
from engine.config.merge import merge
from engine.config.nodes import Node, find, key_place

NAMES = st.sampled_from(["a", "b", "c", "d"])
TREES = st.recursive(
    st.one_of(st.integers(0, 9), st.sampled_from(["x", "y"]), st.lists(st.integers(0, 9))),
    lambda below: st.dictionaries(NAMES, below, max_size=3),
    max_leaves=8,
)
MAPS = st.dictionaries(NAMES, TREES, max_size=4)


def _node(value: object, file: str = "f.yaml") -> Node:
    node, problems = parse(value if isinstance(value, str) else yaml.safe_dump(value), file)
    assert problems == []
    assert node is not None
    return node


def _read(top: str, **bases: str) -> Layers:
    texts = {name: Text(f"mappings/{name}.yaml", text) for name, text in bases.items()}
    return read_layers(Text("top.yaml", top), texts.get, list(texts))


def _expected(base: Any, overlay: Any) -> Any:
    """The rule in plain words: maps merge, everything else replaces."""
    if not isinstance(base, dict) or not isinstance(overlay, dict):
        return overlay
    merged = {key: _expected(base.get(key), value) for key, value in overlay.items()}
    return {**base, **merged}


@given(MAPS, MAPS)
def test_maps_merge_and_the_rest_replaces(base: dict[str, Any], overlay: dict[str, Any]) -> None:
    """Merging trees gives what merging their plain values gives."""
    merged = merge(_node(base), _node(overlay))

    assert merged.problems == []
    assert merged.node.plain() == _expected(base, overlay)


@given(MAPS)
def test_a_tree_over_itself_or_over_nothing_is_itself(tree: dict[str, Any]) -> None:
    """Merging is the identity over an empty map, and repeating it changes nothing."""
    node = _node(tree)

    assert merge(_node("{}"), node).node.plain() == tree
    assert merge(node, node).node.plain() == tree


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ("{add: [D]}", ["A", "B", "C", "D"]),
        ("{add: [A]}", ["A", "B", "C"]),
        ("{remove: [B]}", ["A", "C"]),
        ("{add: [D], remove: [A, B]}", ["C", "D"]),
        ("{replace: [X]}", ["X"]),
        ("{replace: [X], add: [Y]}", ["X", "Y"]),
        ("[Z]", ["Z"]),
        ("{not: [A]}", {"not": ["A"]}),
    ],
)
def test_a_list_of_the_base_is_changed(change: str, expected: object) -> None:
    """An overlay adds to a base's list, removes from it, or replaces it."""
    merged = merge(_node("list: [A, B, C]"), _node(f"list: {change}"))

    assert merged.problems == []
    assert merged.node.plain() == {"list": expected}


def test_removing_what_is_not_there_is_a_warning_with_its_place() -> None:
    """A misspelled value under `remove` is told, and the list stays."""
    merged = merge(_node("list: [A]"), _node("list: {remove: [a]}"))

    assert [(p.id, p.severity, str(p.place)) for p in merged.problems] == [
        ("nothing-to-remove", "warning", "f.yaml:1:17")
    ]
    assert merged.node.plain() == {"list": ["A"]}


def test_a_null_takes_an_entry_out() -> None:
    """`key: null` removes what the base has; an empty value does not, it is a mistake."""
    merged = merge(_node("map: {a: x, b: y}"), _node("map: {a: null, b: }"))

    assert merged.node.plain() == {"map": {"b": None}}


def test_another_way_replaces_a_mapping_whole() -> None:
    """A mapping that goes another way keeps nothing of the base's way; the same way is merged."""
    base = _node("orders: {map: {a: {text: x}, b: {from: x, required: true}}}")
    overlay = _node("orders: {map: {a: {from: y}, b: {from: y}}}")

    assert find(merge(base, overlay).node, ["orders", "map"]).plain() == {
        "a": {"from": "y"},
        "b": {"from": "y", "required": True},
    }


def test_another_adapter_replaces_a_connection_whole() -> None:
    """A connection with another adapter keeps none of the settings of the base's adapter."""
    base = _node("connections: {ca: {adapter: one, url: x}, wos: {adapter: two, url: y}}")
    overlay = _node("connections: {ca: {adapter: files}, wos: {profile: p}}")

    assert merge(base, overlay).node.plain() == {
        "connections": {
            "ca": {"adapter": "files"},
            "wos": {"adapter": "two", "url": "y", "profile": "p"},
        }
    }


def test_every_node_keeps_its_origin() -> None:
    """After merging, a value still has the file and line where it was written."""
    layers = _read("extends: b\nx: {own: 1}\n", b="extends: c\nx: {base: 2}\n", c="x: {deep: 3}\n")

    assert layers.problems == []
    assert layers.tree is not None
    assert layers.tree.plain() == {"x": {"deep": 3, "base": 2, "own": 1}}
    places = [str(key_place(layers.tree, ["x", key])) for key in ("deep", "base", "own")]
    assert places == ["mappings/c.yaml:1:5", "mappings/b.yaml:2:5", "top.yaml:2:5"]


@pytest.mark.parametrize(
    ("top", "bases", "expected"),
    [
        ("extends: q", {"b": "a: 1"}, ("unknown-base", "top.yaml:1:10")),
        ("extends: b", {"b": "extends: b"}, ("base-cycle", "b.yaml:1:10")),
        ("extends: b", {"b": "extends: c", "c": "extends: b"}, ("base-cycle", "c.yaml:1:10")),
        ("extends: 12", {}, ("wrong-type", "top.yaml:1:10")),
        ("extends: [b]", {"b": "a: 1"}, ("wrong-type", "top.yaml:1:10")),
        ("extends: ../b", {"b": "a: 1"}, ("unsafe-name", "top.yaml:1:10")),
        ("extends: b", {"b": "a: ["}, ("yaml-syntax", "b.yaml:1:5")),
        ("a: {add: [1]}", {}, ("nothing-to-change", "top.yaml:1:5")),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_base_is_located(
    top: str, bases: dict[str, str], expected: tuple[str, str]
) -> None:
    """Missing, circular, unsafe and broken bases are one located problem each."""
    layers = _read(top, **bases)

    places = [str(problem.place).removeprefix("mappings/") for problem in layers.problems]
    assert list(zip((p.id for p in layers.problems), places, strict=True)) == [expected]


@pytest.mark.parametrize(
    "name",
    [
        "/etc/passwd", "../secret", "a/../b", "a//b", "a/", "", ".", "..", "a.yaml", "a\x00b",
        "C:\\x", "a\\b", "~/x", "a b", "a\n", "%2e%2e/x", "x" * 300,
    ],
)  # fmt: skip
def test_names_never_lead_out(name: str) -> None:
    """No name with a dot, a backslash, a NUL or a leading slash is looked up at all."""
    assert not is_safe(name)


def test_ordinary_names_are_safe() -> None:
    """Words with hyphens, underscores and slashes are names."""
    assert all(is_safe(name) for name in ("standard", "ca-to-wos/standard", "A_1/b-2/c3"))

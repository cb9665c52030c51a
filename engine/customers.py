"""A customer ready to work with: the ruleset read, validated and compiled, its adapters found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from typing import Any

from engine.adapters import find, names
from engine.compiler.choices import check_names, check_rows, check_width, check_words
from engine.compiler.collecting import Surroundings
from engine.compiler.items import CompiledItems, compile_items
from engine.compiler.orders import CompiledOrders, compile_orders
from engine.compiler.scopes import Scope
from engine.compiler.seen import Seen
from engine.compiler.shapes import OPEN, Shape
from engine.compiler.shipments import CompiledShipments, compile_shipments
from engine.compiler.stock import CompiledStock, compile_stock
from engine.config.library import Text
from engine.config.load import Loaded, load_profile, load_with_origins
from engine.config.nodes import find as node_at
from engine.config.readiness import assumed
from engine.config.strictness import Strictness
from engine.consistency.chain import Undecided
from engine.consistency.check import Compiled, check
from engine.credentials import resolve_text
from engine.diagnostics import Diagnostic, Place, has_errors
from engine.model.ruleset import Connection, OrderRules, Ruleset
from engine.ports.systems import Adapter
from engine.record_shapes import order_mirrors, order_words, scope_for, seen_in
from engine.sides import CHANGES, ITEMS, ORDERS, SHIPMENTS, STOCK, WRITE_BACK, Side, wrong_sides
from engine.workspace import ReleasedWorkspace, Workspace

Settings = Mapping[str, Any]
Scopes = Callable[[Scope, str, Adapter | None], Shape]
"""Gives what is known of the records that a section's expressions see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of records before there is one: by their schemas, and by the cases."""

    scopes: Scopes
    cases: Callable[[], Iterable[Text]]

    def seen(self, name: Scope, adapter: Adapter | None) -> Seen:
        """What the cases show of these records; nothing where nothing is known of any."""
        return Seen() if self.scopes is unseen else seen_in(self.cases, adapter, name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """A customer whose ruleset holds: its rules, and its systems' adapters and settings.

    `document` is all that its files say, as a release keeps it: see `ReleasedWorkspace`.
    `undecided` are the rules of which nobody can tell whether they are ever of use.
    """

    ruleset: Ruleset
    compiled: CompiledOrders
    adapters: Mapping[str, Adapter]
    settings: Mapping[str, Settings]
    document: Mapping[str, Any] = field(default_factory=dict)
    items: CompiledItems | None = None
    shipments: CompiledShipments | None = None
    stock: CompiledStock | None = None
    undecided: tuple[Undecided, ...] = ()


def load_customer(
    workspace: Workspace, name: str, strictness: Strictness = "preview", scopes: Scopes = scope_for
) -> tuple[Customer | None, list[Diagnostic]]:
    """Reads, validates and compiles a ruleset; None when anything in it is an error, also where
    it is one only before a plan and `strictness` is draft.

    The expressions are compiled even where the rest is broken, so that all problems come at once.
    """
    loaded = load_with_origins(name, workspace, strictness)
    known = Known(scopes=scopes, cases=partial(workspace.cases, name))
    ruleset = loaded.ruleset
    if ruleset is None or ruleset.orders is None:
        return None, loaded.with_more(_of_outline(loaded, workspace, known))
    adapters = _adapters(ruleset)
    settings, problems = _all_settings(ruleset, loaded, workspace)
    compiled, mistakes = _compiled(ruleset, loaded, adapters, settings, known)
    items, more = _compiled_items(ruleset, loaded, adapters, settings, known)
    stock, of_stock = _compiled_stock(ruleset, loaded, adapters, scopes)
    wrong = wrong_sides(loaded.tree, adapters, SHIPMENTS)
    found = [*problems, *mistakes, *more, *wrong, *of_stock]
    diagnostics = loaded.with_more(found)
    if compiled is None or not loaded.is_sound_with(found) or has_errors(diagnostics):
        return None, diagnostics
    customer = Customer(
        ruleset=ruleset,
        compiled=compiled,
        items=items,
        shipments=compile_shipments(ruleset),
        stock=stock,
        adapters=adapters,
        settings=settings,
        document=_document(ruleset, loaded, settings),
    )
    return (customer, diagnostics) if scopes is unseen else _as_a_set(customer, loaded, found)


def _as_a_set(
    customer: Customer, loaded: Loaded, found: Iterable[Diagnostic]
) -> tuple[Customer | None, list[Diagnostic]]:
    """The customer with what is wrong with its rules together, beside what was found of each."""
    verdict = check(
        Compiled(
            ruleset=customer.ruleset,
            orders=customer.compiled,
            items=customer.items,
            stock=customer.stock,
            tree=loaded.tree,
            file=next(iter(loaded.sources), None),
            mirrors=mirrors_of(customer),
            words=order_words(customer.adapters.get(customer.compiled.rules.source)),
        )
    )
    diagnostics = loaded.with_more([*found, *verdict.diagnostics])
    sound = replace(customer, undecided=verdict.undecided)
    return (None if has_errors(diagnostics) else sound), diagnostics


def mirrors_of(customer: Customer) -> Mapping[str, str]:
    """What its source's raw orders say in other words: raw member -> word of a ruleset."""
    return order_mirrors(customer.adapters.get(customer.compiled.rules.source))


def unseen(*_: object) -> Shape:
    """Nothing is known of any record."""
    return OPEN


def load_released(
    workspace: Workspace, name: str, document: Mapping[str, Any]
) -> tuple[Customer | None, list[Diagnostic]]:
    """The same from what was released, whatever the files say by now.

    What newer engines foretell of its expressions and of its rules as a set is not asked: it has
    passed a go-live, and an upgrade of the engine must not stop a warehouse.
    """
    return load_customer(ReleasedWorkspace(workspace, document), name, scopes=unseen)


def _document(ruleset: Ruleset, loaded: Loaded, settings: Mapping[str, Settings]) -> dict[str, Any]:
    named = {name: one.settings.get("profile") for name, one in ruleset.connections.items()}
    profiles = {name: settings[key]["profile"] for key, name in named.items() if name is not None}
    return {"ruleset": loaded.tree.plain() if loaded.tree else {}, "profiles": profiles}


def _of_outline(loaded: Loaded, workspace: Workspace, known: Known) -> list[Diagnostic]:
    """What site profiles and the compiler find in a ruleset that could not be built as a whole."""
    sketch = loaded.outline
    if sketch is None:
        return []
    settings, problems = _all_settings(sketch, loaded, workspace)
    adapters = _adapters(sketch)
    _, mistakes = _compiled(sketch, loaded, adapters, settings, known)
    _, more = _compiled_items(sketch, loaded, adapters, settings, known)
    _, of_stock = _compiled_stock(sketch, loaded, adapters, known.scopes)
    return [*problems, *mistakes, *more, *of_stock]


def _compiled(
    ruleset: Ruleset,
    loaded: Loaded,
    adapters: Mapping[str, Adapter],
    settings: Mapping[str, Settings],
    known: Known,
) -> tuple[CompiledOrders | None, list[Diagnostic]]:
    """The compiled orders. What gives no orders has no records that expressions could be about,
    so then only the wrong sides are told.
    """
    orders = ruleset.orders
    wrong = list(wrong_sides(loaded.tree, adapters, _sides(orders))) if orders else []
    source = adapters.get(orders.source) if orders else None
    if source is not None and source.source is None:
        return None, wrong
    surroundings = _surroundings(ruleset, adapters, settings, known)
    compiled, mistakes = compile_orders(ruleset, surroundings)
    words = check_words(loaded.tree, order_words(source), surroundings.letter_case)
    wide = check_width(loaded.tree, source.unfiltered if source else frozenset())
    names = check_names(loaded.tree, surroundings.seen)
    rows = check_rows(loaded.tree, surroundings.scope, surroundings.seen)
    return compiled, [*wrong, *mistakes, *words, *wide, *names, *rows]


def _compiled_items(
    ruleset: Ruleset,
    loaded: Loaded,
    adapters: Mapping[str, Adapter],
    settings: Mapping[str, Settings],
    known: Known,
) -> tuple[CompiledItems | None, list[Diagnostic]]:
    """The compiled items; nothing where there is no such section, or no adapter for a side."""
    rules = ruleset.items
    if rules is None:
        return None, []
    wrong = list(wrong_sides(loaded.tree, adapters, ITEMS))
    if wrong:
        return None, wrong
    sink = adapters.get(rules.sink)
    targets = sink.item_targets if sink else None
    usable = settings.get(rules.sink, {}).get("profile", True) is not None
    surroundings = Surroundings(
        targets=targets(settings[rules.sink]) if targets and usable else None,
        scope=known.scopes("product", rules.source, adapters.get(rules.source)),
        seen=known.seen("product", adapters.get(rules.source)),
    )
    return compile_items(ruleset, rules, surroundings)


def _compiled_stock(
    ruleset: Ruleset, loaded: Loaded, adapters: Mapping[str, Adapter], scopes: Scopes
) -> tuple[CompiledStock | None, list[Diagnostic]]:
    """The compiled stock section; nothing where there is none."""
    compiled, mistakes = compile_stock(ruleset, scopes("booking", "", None))
    return compiled, [*wrong_sides(loaded.tree, adapters, STOCK), *mistakes]


def _sides(orders: OrderRules) -> tuple[Side, ...]:
    """What the two systems must offer for the orders section, by what stands in it."""
    changes = CHANGES if orders.changes is not None else ()
    return (*ORDERS, *changes, *(WRITE_BACK if orders.write_back is not None else ()))


def _adapters(ruleset: Ruleset) -> dict[str, Adapter]:
    """The adapters of its connections, without those that do not exist."""
    known = names()
    return {
        key: find(one.adapter) for key, one in ruleset.connections.items() if one.adapter in known
    }


def _all_settings(
    ruleset: Ruleset, loaded: Loaded, workspace: Workspace
) -> tuple[dict[str, Settings], list[Diagnostic]]:
    found = {
        name: _settings(connection, workspace, _profile_place(connection, loaded))
        for name, connection in ruleset.connections.items()
    }
    problems = [problem for _, several in found.values() for problem in several]
    return {name: settings for name, (settings, _) in found.items()}, problems


def _profile_place(connection: Connection, loaded: Loaded) -> Place:
    """Where the site profile is named; the connection's own place where none is."""
    node = node_at(loaded.tree, ["connections", connection.name, "profile"])
    return node.place if node is not None else connection.place


def _settings(
    connection: Connection, workspace: Workspace, place: Place
) -> tuple[Settings, list[Diagnostic]]:
    """A connection's settings with its site profile loaded in the place of its name.

    `workspace` is the folder below which paths among them lie.
    """
    settings = {**connection.settings, "workspace": str(workspace.root)}
    name = settings.get("profile")
    if not isinstance(name, str):
        return settings, []
    profile, problems = load_profile(name, workspace, place=place)
    return {**settings, "profile": profile}, [*problems, *assumed(profile or {}, place)]


def _surroundings(
    ruleset: Ruleset,
    adapters: Mapping[str, Adapter],
    settings: Mapping[str, Settings],
    known: Known,
) -> Surroundings:
    """What compiling must know of both systems; of a broken site profile, no targets."""
    orders = ruleset.orders
    if orders is None:
        return Surroundings()
    source, sink = adapters.get(orders.source), adapters.get(orders.sink)
    targets = sink.targets if sink else None
    usable = settings.get(orders.sink, {}).get("profile", True) is not None
    return Surroundings(
        buyer_members=source.buyer_members if source else (),
        written=source.written if source else {},
        echoes=source.echoes if source else (),
        targets=targets(settings[orders.sink]) if targets and usable else None,
        letter_case=settings.get(orders.source, {}).get("letter-case", "exact"),
        scope=known.scopes("order", orders.source, source),
        seen=known.seen("order", source),
    )


def systems_of(customer: Customer) -> dict[str, str]:
    """Connection -> a mark of the address behind it: a plan is for these systems and no others.

    Addresses come from the environment, so the same ruleset may mean a sandbox and the real thing.
    """
    places = {
        name: resolve_text(str(one.get("url") or one.get("write") or one.get("read") or ""))
        for name, one in customer.settings.items()
    }
    return {name: sha256(place.encode()).hexdigest()[:16] for name, place in places.items()}


def on_loopback(customer: Customer) -> bool:
    """Whether every connection of a customer that has a URL is on this machine."""
    urls = [one["url"] for one in customer.settings.values() if "url" in one]
    hosts = [resolve_text(url).partition("://")[2].partition("/")[0] for url in urls]
    names_of_loopback = {"127.0.0.1", "localhost", "[::1]"}
    return all(host.rsplit(":", 1)[0] in names_of_loopback for host in hosts)

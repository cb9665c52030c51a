"""What the sink should have, and what it has: the two sides that a flow compares."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredLine:
    """One line to be created. `host_id` is the source's line id, `quantity` is in each.

    `bundle` names the bundle that a component came from. `expands` is true for a bundle whose
    split is left to the sink: what is stored will then not be this line but its components.
    """

    number: int
    host_id: str
    item: str
    quantity: int
    bundle: str | None = None
    expands: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DesiredOrder:
    """One order to be created in the warehouse.

    `fields` are header members in the ruleset's vocabulary, dotted for nested ones
    (`shipTo.city`); `private` names those of them that come from buyer's data.
    """

    number: str
    area: str | None
    hold: bool
    fields: Mapping[str, str]
    lines: tuple[DesiredLine, ...]
    private: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingLine:
    """A stored line; `host_id` is None where the site does not give it back."""

    item: str
    quantity: int
    host_id: str | None = None
    bundle: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingOrder:
    """An order as the warehouse has it.

    `state` is a canonical word: available, hold, in-process, complete, locked or unknown.
    `unclear` says why its content cannot be told, where it cannot.
    """

    number: str
    state: str
    area: str | None
    lines: tuple[ExistingLine, ...]
    unclear: str = ""


class ItemState(StrEnum):
    """What the sink knows under an item number."""

    ITEM = "item"
    BUNDLE = "bundle"
    UNKNOWN = "unknown"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True, kw_only=True)
class PreparedRequest:
    """A request down to the bytes of its body, without host, key or token.

    `path` carries its query. `private` are JSON pointers of body members that hold buyer's data:
    screens mask them, plan files keep them.
    """

    method: str
    path: str
    body: str | None = None
    content_type: str = "application/json"
    private: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The plan file's form, from which `from_json` makes an equal request."""
        return {
            "method": self.method,
            "path": self.path,
            "body": self.body,
            "content_type": self.content_type,
            "private": list(self.private),
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> PreparedRequest:
        """Takes what `to_json` gave back; raises KeyError where a member is missing."""
        return cls(
            method=value["method"],
            path=value["path"],
            body=value["body"],
            content_type=value["content_type"],
            private=tuple(value["private"]),
        )

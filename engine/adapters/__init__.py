"""Where adapters come from: a folder here, or an installed package with an entry point in GROUP.

The engine finds one by the name that a connection gives. Nothing is imported before a ruleset names
it, so a broken system cannot break another customer.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
import sys
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from engine.errors import ConfigurationError
from engine.ports.systems import Adapter

GROUP = "crossdock.adapters"

# httpx imports its own command line, with rich and pygments, wherever it finds them. Nobody here
# asks for that, and it does without. Said here because httpx is imported below this package only.
vars(sys)["modules"].setdefault("httpx._main", None)


def names() -> tuple[str, ...]:
    """The adapters there are, sorted: of the folders beside this file, and of packages."""
    return tuple(sorted({*_ours(), *_installed()}))


def of_packages() -> tuple[str, ...]:
    """The adapters that other packages bring, sorted."""
    return tuple(sorted(_installed()))


def find(name: str) -> Adapter:
    """The adapter of this name.

    Raises ConfigurationError with the nearest name where there is none, and where two claim it: a
    package must not slip into the place of another's adapter.
    """
    claims = _installed().get(name, ())
    if name in _ours():
        if claims:
            raise _claimed_twice(name, "crossdock itself", *map(_package, claims))
        return _checked(name, importlib.import_module(f"{__name__}.{name}").ADAPTER, "crossdock")
    if not claims:
        raise _unknown(name)
    if len(claims) > 1:
        raise _claimed_twice(name, *map(_package, claims))
    return _loaded(claims[0])


def _ours() -> frozenset[str]:
    return _folders_in(tuple(__path__))


@lru_cache(maxsize=1)
def _folders_in(path: tuple[str, ...]) -> frozenset[str]:
    return frozenset(module.name for module in pkgutil.iter_modules(path) if module.ispkg)


def _installed() -> Mapping[str, Sequence[EntryPoint]]:
    """Name -> the entry points of installed packages under it."""
    return _found_on(tuple(sys.path))


@lru_cache(maxsize=1)
def _found_on(_path: tuple[str, ...]) -> Mapping[str, Sequence[EntryPoint]]:
    """Looked up once for the folders that packages come from: a fleet asks for each ruleset."""
    found: dict[str, list[EntryPoint]] = {}
    for point in entry_points(group=GROUP):
        found.setdefault(point.name, []).append(point)
    return found


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist is not None else point.value


def _loaded(point: EntryPoint) -> Adapter:
    """The adapter behind an entry point; raises ConfigurationError where it is none."""
    package = _package(point)
    try:
        return _checked(point.name, point.load(), package)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(
            f"the adapter {point.name!r} of the package {package} cannot be loaded: {error}",
            f"Its entry point names {point.value}. Install a version of {package} that has it.",
        ) from error


def _checked(name: str, found: object, package: str) -> Adapter:
    if not isinstance(found, Adapter) or found.name != name:
        raise ConfigurationError(
            f"what the package {package} offers as the adapter {name!r} is none of that name",
            f"Its entry point must name an Adapter (engine.ports.systems) with name={name!r}.",
        )
    return found


def _claimed_twice(name: str, *owners: str) -> ConfigurationError:
    return ConfigurationError(
        f"the adapter {name!r} is there more than once: from {', '.join(owners)}",
        "Uninstall one of the packages, or have its author give the adapter another name.",
    )


def _unknown(name: str) -> ConfigurationError:
    known = names()
    near = difflib.get_close_matches(name, known, n=1)
    advice = f"Did you mean {near[0]!r}?" if near else f"Choose one of: {', '.join(known)}."
    return ConfigurationError(f"there is no adapter {name!r}", advice)

"""The page "What we promise and how it is tested", from figures; nothing on it is typed by hand."""

from __future__ import annotations

from tests.promises.figures import PARTS, Figures, Part, broken, broken_by
from tests.promises.promises import PLAYED, PROMISES, Promise
from tests.promises.sections import SECTIONS, table

HEAD = """\
# What we promise and how it is tested

This page is written by `script/promises`, which runs what it tells of. Nobody types a figure here:
a test compares the page with the figures in `tests/promises/figures.json`.
"""
REST = """\
## What is not promised

No client can close these holes: neither system knows of leases, of send windows, or of a key by
which a repeated change of stock could be told from a new one.

- On a site that does not promise unique numbers, an order may be created twice if the first try
  takes effect later than the longest delay in the settings.
- A process that is stopped in the moment between its last look at the clock and the first byte
  sends when it wakes up. Such calls are counted, and `crossdock status` shows them.
- A change of stock whose answer never came waits for a person, unless the ruleset lets a counted
  quantity make up for it.
- Both systems are played by sandboxes. What they do is taken from documents and from programs that
  talk to them; what nobody knows is a setting, and `crossdock check` asks the live systems.

The whole list is in [How nothing is lost and nothing is sent twice](protocol.md#what-is-left), and
what is not protected in [Security](security.md#what-is-not-protected).
"""


def page(figures: Figures) -> str:
    """The whole page; what was found, if anything, stands first."""
    sections = [HEAD, _verdict(figures), _promises(), _tested(figures)]
    sections += [_section(name, figures.get(name)) for name in PARTS]
    return "\n".join([*sections, REST])


def _verdict(figures: Figures) -> str:
    found = broken(figures)
    if found:
        lines = ["**A PROMISE IS BROKEN in the run behind this page:**", ""]
        return "\n".join([*lines, *(f"- {text}" for text in found), ""])
    lines = ["**In the run behind this page nothing was lost, and nothing was done twice.**"]
    short = [name for name in figures if figures[name].short]
    absent = [name for name in PARTS if name not in figures]
    if short:
        lines.append(f"Only a little was run (`script/promises --quick`) of: {', '.join(short)}.")
    if absent:
        lines.append(f"Not run yet: {', '.join(absent)}.")
    return "\n".join([*lines, ""])


def _promises() -> str:
    rows = [(f"**{one.name}**", one.wrong, one.done) for one in PROMISES]
    return _titled("The promises", table(("promise", "what could go wrong", "what we do"), rows))


def _tested(figures: Figures) -> str:
    rows = [(one.name, _files(one), _figure(one, figures)) for one in PROMISES]
    return _titled("How each is tested", table(("promise", "tested by", "in this run"), rows))


def _files(promise: Promise) -> str:
    paths = (*(PLAYED[name] for name in promise.parts), *promise.tests)
    return ", ".join(f"`{path}`" for path in paths)


def _figure(promise: Promise, figures: Figures) -> str:
    """How often it was tried in each part, and how many of its tests passed."""
    found = [_tried(name, figures[name]) for name in promise.parts if name in figures]
    told = figures["tests"].figures if "tests" in figures else {}
    passed = sum(told[path]["passed"] for path in promise.tests if path in told)
    found += [f"{passed:,} tests"] if passed else []
    return ", ".join(found) or "not run"


def _tried(name: str, part: Part) -> str:
    told = part.figures
    if not told:
        return f"{name}: no figures"
    return {
        "stories": lambda: f"{told['stories']:,} stories",
        "crash": lambda: f"{told['deaths']:,} deaths",
        "fuzz": lambda: f"{sum(told['tried'].values()):,} inputs",
        "week": lambda: f"{len(told):,} weeks",
    }[name]()


def _section(name: str, part: Part | None) -> str:
    """The figures of one part, what is broken in it, and the command that made them."""
    title, told = SECTIONS[name]
    if part is None:
        return _titled(title, "Not run yet.")
    texts = [f"**BROKEN: {text}**" for text in broken_by(name, part)]
    texts += [told(part.figures)] if part.figures else []
    form = " (little of it)" if part.short else ""
    texts += [f"Made by `{part.command}`{form} at commit {part.commit}."]
    return _titled(title, "\n\n".join(texts))


def _titled(title: str, text: str) -> str:
    return f"## {title}\n\n{text}\n"

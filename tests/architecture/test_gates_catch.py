"""Each of our own gates is shown a deliberate fault and must find exactly that."""

from __future__ import annotations

import pytest

from tests.architecture import gates
from tests.architecture.gates import Gate, Source

LONG_BODY = "".join(f"    a{n} = {n}\n" for n in range(61))
FAULTS = {
    "file of 401 lines": (gates.file_size, "x = 1\n" * 401),
    "function of 62 lines": (gates.function_size, f"def f():\n{LONG_BODY}"),
    "test of 62 lines": (gates.function_size, f"def test_f():\n{LONG_BODY}"),
    "seven parameters": (gates.parameters, "def f(a, b, c, /, d, *, e, f, g): ..."),
    "class named manager": (gates.forbidden_names, "class OrderManager: ..."),
    "function named util": (gates.forbidden_names, "def order_utils(): ..."),
    "open": (gates.touches_world, "def f(p): return open(p)"),
    "print behind an alias": (gates.touches_world, "say = print"),
    "print from builtins": (gates.touches_world, "import builtins\nbuiltins.print(1)"),
    "now behind an alias": (gates.reads_clock, "from datetime import datetime as d\nd.now()"),
    "now by module": (gates.reads_clock, "import datetime as d\nx = d.datetime.utcnow"),
    "sleep": (gates.reads_clock, "from time import sleep\nsleep(1)"),
    "test without docstring": (gates.docstrings_of_tests, "def test_f(): ..."),
    "test with two sentences": (gates.docstrings_of_tests, 'def test_f():\n    """A. B."""'),
    "mock": (gates.mocks, "from unittest import mock\nx = mock"),
    "mock by name": (gates.mocks, "from unittest.mock import Mock\nMock()"),
    "patched module": (gates.mocks, "def f(p):\n    p.setattr('engine.flows.x', 1)"),
    "test without assertion": (gates.tests_that_cannot_fail, "def test_f():\n    f()"),
    "noqa without reason": (gates.unreasoned, "x = 1  # noqa: E501"),
    "ignore without reason": (gates.unreasoned, "x = 1  # type: ignore[attr-defined]"),
    "pragma without reason": (gates.unreasoned, "x = 1  # pragma: no cover"),
    "empty function": (gates.stubs, 'def f():\n    """Says what it would do."""\n    ...'),
    "not implemented": (gates.stubs, "def f():\n    raise NotImplementedError"),
    "stranger": (gates.strangers, f"mail = 'jane{'@'}gmail.com'"),
    "host's member": (gates.words_found(["ProfileID"], "m"), "x = 'ca.ProfileID'"),
    "system's name": (gates.words_found(["warehouseos"], "s", whole=False), "WarehouseOS = 1"),
}
FINE = {
    "noqa with reason": (gates.unreasoned, "x = 1  # noqa: S603 - our own command"),
    "ignore with reason": (gates.unreasoned, "x = 1  # type: ignore[misc]  # stubs say Any"),
    "pragma with reason": (gates.unreasoned, "x = 1  # pragma: no cover - killed before"),
    "docstring over two lines": (gates.docstrings_of_tests, 'def test_f():\n    """A\n    b."""'),
    "long docstring": (gates.function_size, 'def f():\n    """A\n' + "x\n" * 90 + '"""'),
    "method of a port": (gates.stubs, "@abstractmethod\ndef f(): ..."),
    "method of a protocol": (gates.stubs, "class A(Protocol):\n    def f(self): ..."),
    "method of a null object": (gates.stubs, 'def f():\n    """Does nothing."""\n'),
    "invented person": (gates.strangers, "mail = 'jane@example.com'"),
    "password in an address": (gates.strangers, "x = 'https://me:pass@api.example.net'"),
    "annotation of OData": (gates.strangers, "x = page['Items@odata.nextLink']"),
    "method with six": (gates.parameters, "def f(self, a, b, c, d, e, f): ..."),
    "test that raises": (
        gates.tests_that_cannot_fail,
        "def test_f():\n  with pytest.raises(E): f()",
    ),
    "metadata and handle": (gates.forbidden_names, "class Metadata:\n  def handle(self): ..."),
    "other now": (gates.reads_clock, "def f(clock): return clock.now()"),
    "longer word": (gates.words_found(["ProfileID"], "m"), "x = 'ProfileIDs'"),
}


def _name(text: str) -> str:
    return "tests/test_planted.py" if "test_" in text else "engine/planted.py"


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str) -> None:
    """A gate names the file and the line of a fault."""
    gate, text = FAULTS[fault]
    found = list(gate(Source(_name(text), text)))

    assert len(found) == 1
    assert found[0].startswith(f"{_name(text)}:")


@pytest.mark.parametrize("case", FINE)
def test_what_is_allowed_is_let_through(case: str) -> None:
    """A gate says nothing where there is nothing to say."""
    gate, text = FINE[case]

    assert list(gate(Source(_name(text), text))) == []


def test_one_exception_more_than_agreed_is_found() -> None:
    """The comments that silence a tool are counted over all files, by kind; texts are not."""
    pragma = Source("engine/a.py", "x = 1  # pragma: no cover - killed before\n")
    quoted = Source("engine/b.py", "x = '# noqa: E501 - only a text'\n")

    assert gates.over_budget([pragma, pragma, quoted], {"pragma: no cover": 2}) == {}
    assert gates.over_budget([pragma, pragma, quoted], {"pragma: no cover": 1}) == {
        "pragma: no cover": 2
    }


@pytest.mark.parametrize("name", ["engine/common/x.py", "engine/order_helper.py"])
def test_a_file_whose_name_says_nothing_is_found(name: str) -> None:
    """Folders and modules are named by what is in them."""
    assert len(list(gates.forbidden_names(Source(name, "")))) == 1


def test_every_gate_has_a_planted_fault() -> None:
    """A gate that was never seen to catch anything is not trusted."""
    shown = {gate for gate, _ in FAULTS.values()}
    own: set[Gate] = {
        value
        for name, value in vars(gates).items()
        if getattr(value, "__annotations__", {}).get("return") == "Iterator[str]"
        and not name.startswith("_")
    }

    assert own - shown == set()

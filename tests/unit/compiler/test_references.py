"""What an expression or a template reads: the basis of fingerprints and of masking."""

from __future__ import annotations

import pytest

from tests.unit.compiler.builders import ROOTS, compiled, compiled_template

READS = [
    ("ca.SiteName", {"ca.SiteName"}),
    ("ca.Ship.City == site", {"ca.Ship.City", "site"}),
    ("ca", {"ca"}),
    ("[ca, ca.SiteName]", {"ca"}),
    ("ca.Items[0].Sku", {"ca.Items"}),
    ("ca.Items[*].Sku | [0]", {"ca.Items"}),
    ("ca.Items[?Sku == 'A'].Quantity", {"ca.Items"}),
    ("ca.*.Sku", {"ca"}),
    ("ca.Items[].Sub[].Sku", {"ca.Items"}),
    ("ca | SiteName", {"ca.SiteName"}),
    ("ca.{a: SiteName, b: Ship.City}", {"ca.SiteName", "ca.Ship.City"}),
    ("sort_by(ca.Items, &Sku)[0]", {"ca.Items"}),
    ("(ca || profile).name", {"ca", "profile"}),
    ("!(ca.Flag) && tags[1:2]", {"ca.Flag", "tags"}),
    ("tags | length(@)", {"tags"}),
    ("{a: ca.X} | a", {"ca.X"}),
    ("'text'", set()),
    ("length(@)", set(ROOTS)),
]


@pytest.mark.parametrize(("text", "paths"), READS)
def test_an_expression_names_what_it_reads(text: str, paths: set[str]) -> None:
    """A path stops where it is no longer certain which member is meant; all below it is read."""
    assert {".".join(path) for path in compiled(text).references} == paths


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("{{ ca.Ship.City }}-{{ site }}", {"ca.Ship.City", "site"}),
        ("{{ ca['Ship'].City | default('x') }}", {"ca.Ship.City"}),
        ("{{ ca.Items[0].Sku }}", {"ca.Items"}),
        (
            "{% if part.single %}{{ link.name ~ ca.ID }}{% endif %}",
            {"part.single", "link.name", "ca.ID"},
        ),
        ("{{ ca.ID }}{{ ca }}", {"ca"}),
        ("plain text", set()),
    ],
)
def test_a_template_names_what_it_reads(text: str, paths: set[str]) -> None:
    """The same of templates."""
    assert {".".join(path) for path in compiled_template(text).references} == paths

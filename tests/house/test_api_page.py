"""The reference page of the HTTP API says all that the document says."""

from __future__ import annotations

import re

from tools.api_page import api_page
from tutela.detect.service.openapi import document


def test_every_address_and_every_shape_is_on_the_page() -> None:
    page, whole = api_page(), document()
    for path, item in whole["paths"].items():
        for method in (name for name in item if name != "parameters"):
            assert f"`{method.upper()} {path}`" in page
    for name in whole["components"]["schemas"]:
        assert f"### {name}\n" in page


def test_every_link_of_the_page_leads_to_a_heading() -> None:
    page = api_page()
    headings = {heading.lower().replace(" ", "-") for heading in re.findall(r"^#+ (.*)$", page, re.MULTILINE)}
    links = set(re.findall(r"\]\(#([^)]*)\)", page))
    assert links
    assert links <= headings


def test_tables_of_the_page_are_whole() -> None:
    for row in (line for line in api_page().splitlines() if line.startswith("| ")):
        assert row.endswith("|")
        assert len(re.findall(r"(?<!\\)\|", row)) in (3, 5)

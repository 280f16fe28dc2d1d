"""The manual against the code: nothing lacking, nothing stale, no broken link."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
import yaml

from tests.house.checks import log_calls
from tests.house.reading import ROOT, kept_files, product
from tools.reference_pages import commands, pages

DOCS = ROOT / "docs"
PAGES = [path for path in kept_files() if path.startswith("docs/") and path.endswith(".md")]
READ_ON_GITHUB = ["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


@pytest.mark.parametrize("path", list(pages()), ids=lambda path: path.stem)
def test_generated_page_is_what_the_code_says(path: Path) -> None:
    assert path.exists(), "run make docs"
    assert path.read_text(encoding="utf-8") == pages()[path], "stale: run make docs and commit the page"


def test_every_command_and_option_is_in_the_manual() -> None:
    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    for name, command, _ in commands():
        assert f"## {name}\n" in text
        for parameter in command.params:
            for option in parameter.opts:
                assert not option.startswith("--") or option in text


def test_every_command_says_what_it_does_and_every_option_has_help() -> None:
    for name, command, _ in commands():
        assert command.help, name
        for parameter in command.params:
            if parameter.param_type_name == "option":
                assert getattr(parameter, "help", ""), f"{name} {parameter.opts[0]} has no help"


def logged_events() -> set[str]:
    """Every event that some module of the product writes."""
    events = {"library_spoke"}
    for module in product():
        for call, _ in log_calls(module):
            first = call.args[0] if call.args else None
            if isinstance(first, ast.Constant):
                events.add(str(first.value))
    return events


def documented_events() -> set[str]:
    text = (DOCS / "reference" / "log-events.md").read_text(encoding="utf-8")
    return set(re.findall(r"^\| `([a-z_]+)` \|", text, re.MULTILINE))


def test_every_log_event_is_in_the_manual() -> None:
    assert logged_events() - documented_events() == set()


def test_the_manual_names_no_log_event_that_is_gone() -> None:
    assert documented_events() - logged_events() == set()


def test_every_page_is_in_the_navigation_and_every_entry_is_a_page() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]
    assert {f"docs/{page}" for page in _leaves(nav)} == set(PAGES)


def _leaves(nav: object) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [leaf for value in nav.values() for leaf in _leaves(value)]
    return [leaf for value in nav for leaf in _leaves(value)] if isinstance(nav, list) else []


@pytest.mark.parametrize("path", [*PAGES, *READ_ON_GITHUB])
def test_links_inside_the_repository_lead_somewhere(path: str) -> None:
    text = re.sub(r"```.*?```", "", (ROOT / path).read_text(encoding="utf-8"), flags=re.DOTALL)
    for target in LINK.findall(text):
        if "://" in target or target.startswith("#"):
            continue
        assert ((ROOT / path).parent / target.partition("#")[0]).exists(), f"{path} links to {target}"


def test_every_exit_code_of_the_command_line_is_in_the_manual() -> None:
    from tutela import cli

    text = (DOCS / "reference" / "commands.md").read_text(encoding="utf-8")
    codes = [value for name, value in vars(cli).items() if name.startswith("EXIT_")]
    assert len(codes) >= 5
    assert all(f"| {code} |" in text for code in codes)


def test_every_target_of_the_makefile_is_in_its_help() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony is not None
    for target in phony[1].split():
        assert re.search(rf"^{target}:.*## \S", text, re.MULTILINE), target

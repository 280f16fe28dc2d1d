from __future__ import annotations

import pytest

from tests.house.reading import Module, module_of, modules
from tests.house.rules import DRAWER_RULE, RULES, Rule

ALL = (*RULES, DRAWER_RULE)


def complaints(rule: Rule, module: Module) -> list[str]:
    return [f"{module.path}:{line} {what}" for line, what in rule.check(module)]


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_rule_holds_in_the_repository(rule: Rule) -> None:
    found = [text for module in modules() if rule.applies(module) for text in complaints(rule, module)]
    assert not found, f"{rule.asks}:\n" + "\n".join(found)


@pytest.mark.parametrize("rule", ALL, ids=lambda rule: rule.name)
def test_rule_looks_at_something(rule: Rule) -> None:
    assert any(rule.applies(module) for module in modules())


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule in RULES for text in rule.good],
    ids=lambda value: getattr(value, "name", ""),
)
def test_rule_accepts_its_good_lines(rule: Rule, text: str) -> None:
    assert complaints(rule, module_of(text)) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [(rule, text) for rule in RULES for text in rule.bad],
    ids=lambda value: getattr(value, "name", ""),
)
def test_rule_refuses_its_bad_lines(rule: Rule, text: str) -> None:
    assert complaints(rule, module_of(text))


@pytest.mark.parametrize(("path", "bad"), [("kernel/utils.py", True), ("kernel/ids.py", False)])
def test_drawer_rule_knows_drawers(path: str, bad: bool) -> None:
    assert bool(complaints(DRAWER_RULE, module_of("", f"src/tutela/{path}"))) is bad

from __future__ import annotations

import re

from django.template import Context, Template

from tutela.web.templatetags.tutela_web import as_json, at


def test_the_address_of_a_style_changes_with_the_style() -> None:
    shown = Template('{% load tutela_web %}{% asset "tutela.css" %}').render(Context())
    assert re.fullmatch(r"/assets/[0-9a-f]{16}/tutela\.css", shown)


def test_values_for_a_script_are_escaped_in_an_attribute() -> None:
    shown = Template('{% load tutela_web %}<p data-x="{{ x|as_json }}">').render(
        Context({"x": {"a": '"><b>'}})
    )
    assert "<b>" not in shown and "&quot;a&quot;" in shown


def test_a_word_has_its_name_or_is_its_own() -> None:
    assert (at({"a": "b"}, "a"), at({}, "c"), as_json([1])) == ("b", "c", "[1]")

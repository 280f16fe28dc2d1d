"""What is deliberately not built exists under no name: no command, option, slot, setting or module.

The list is the governance paper's. Adding one of these needs a decision record and a change of this test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.house.reading import product
from tools.reference_pages import commands
from tutela.commands.plugins import SLOTS
from tutela.config import Config
from tutela.kernel.setting_names import settings_of

#: What is not built -> the words that would give it away in a name.
NOT_BUILT = {
    "search over faces or by free text": r"face|faces|biometric|search_text",
    "gallery of unprotected pictures": r"gallery|thumbnail|thumbnails|preview|slideshow",
    "display of a known match": r"show_match|view_match|open_match",
    "generator, or training on evidence": r"train|training|finetune|generate_picture",
    "hidden mode, remote control": r"stealth|hidden_mode|remote_control",
    "public match oracle": r"oracle|public_match",
    "acting as somebody else": r"impersonate|act_as|sudo",
    "listing the values of a list": r"dump|values_of_list|print_values",
}


def names() -> Iterator[str]:
    """Every name that somebody could call, set or fill, as lower-case words joined by underscores."""
    for name, command, _ in commands():
        yield name.replace(" ", "_")
        for parameter in command.params:
            yield from (option.lstrip("-").replace("-", "_") for option in parameter.opts)
    yield from (group.replace(".", "_") for group in SLOTS)
    yield from (setting.key.replace(".", "_") for setting in settings_of(Config))
    yield from (module.name.replace(".", "_") for module in product())


def betrays(name: str, pattern: str) -> bool:
    return re.search(rf"(?:^|_)(?:{pattern})(?:_|$)", name.lower()) is not None


@pytest.mark.parametrize("what", NOT_BUILT)
def test_it_exists_under_no_name(what: str) -> None:
    assert [name for name in names() if betrays(name, NOT_BUILT[what])] == []


@pytest.mark.parametrize(
    ("name", "betrayed"), [("tutela_face_search", True), ("tutela_gallery", True), ("tutela_surface", False)]
)
def test_names_are_read_by_words(name: str, betrayed: bool) -> None:
    assert any(betrays(name, pattern) for pattern in NOT_BUILT.values()) is betrayed

"""A setting that nobody reads is a promise that is not kept."""

from __future__ import annotations

import re

import pytest

from tests.house.reading import product
from tutela.config import Config
from tutela.kernel.setting_names import settings_of

#: Rooms whose settings object hands its values out as a whole, with the call that must occur.
AS_A_WHOLE = {"media.web": "media.limits(", "media.forensic": "media.limits(", "media": "media.rules("}
READERS = "\n".join(
    module.text
    for module in product()
    if not module.path.endswith("/settings.py") and "commands" in module.path
)


@pytest.mark.parametrize("key", [setting.key for setting in settings_of(Config)])
def test_setting_is_read_by_a_command(key: str) -> None:
    table, _, name = key.rpartition(".")
    if table in AS_A_WHOLE:
        assert AS_A_WHOLE[table] in READERS
    else:
        assert re.search(rf"\b{table}\.{name}\b", READERS), f"no command reads {key}"

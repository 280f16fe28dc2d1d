"""A setting that nobody reads is a promise that is not kept."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.house.reading import product
from tutela.config import Config
from tutela.kernel.setting_names import settings_of

#: Rooms whose settings object hands its values out as a whole, with the call that must occur.
AS_A_WHOLE = {
    "media.web": "media.limits(",
    "media.forensic": "media.limits(",
    "media": "media.rules(",
    "pages": "pages.rules(",
    "review": "review.rules(",
    "visits": "visits.rules(",
    "hotline.operator": "TUTELA_OPERATOR = hotline.operator",
}
AS_A_WHOLE_BY_THE_ROOM = {"service.hma": "settings.hma.model_dump("}
#: Tables whose object is given to the room itself, which reads ``settings.<name>``,
#: ``settings_in_force().<name>`` or ``oidc.<name>``.
BY_THE_ROOM = {
    "service": "tutela.detect.service",
    "service.hma": "tutela.detect.service",
    "egress": "tutela.kernel.egress",
    "hotline.oidc": "tutela.hotline.people",
    "notices": "tutela.hotline.takedown",
    "replies": "tutela.hotline.mailbox",
    "reports_by_mail": "tutela.hotline.mailbox",
    "alerts": "tutela.hotline.alerts",
}
#: Settings that their table hands out worked up: the call that must occur.
BY_A_CALL = {"hotline.spare": "hotline.spare_folder("}
READERS = "\n".join(
    module.text
    for module in product()
    if (not module.path.endswith("/settings.py") and "commands" in module.path)
    or module.name in {"tutela.web.settings", "tutela.web.public_settings"}  # at each start
    or module.name.startswith("tutela.processes.")  # what the commands start
)


@cache
def room_text(room: str) -> str:
    """The modules of a room, but for its settings."""
    return "\n".join(
        module.text
        for module in product()
        if module.name.startswith(room) and not module.path.endswith("/settings.py")
    )


@pytest.mark.parametrize("key", [setting.key for setting in settings_of(Config)])
def test_setting_is_read_by_a_command(key: str) -> None:
    table, _, name = key.rpartition(".")
    if table in BY_THE_ROOM:
        room = room_text(BY_THE_ROOM[table])
        whole = AS_A_WHOLE_BY_THE_ROOM.get(table)
        read = (
            whole in room
            if whole
            else re.search(rf"(?:\bsettings|\bsettings_in_force\(\)|oidc)\.{name}\b", room)
        )
        assert read or re.search(rf"\b(?:service|egress)\.{name}\b", READERS), f"nobody reads {key}"
    elif key in BY_A_CALL:
        assert BY_A_CALL[key] in READERS, f"no command reads {key}"
    elif table in AS_A_WHOLE:
        assert AS_A_WHOLE[table] in READERS
    else:
        assert re.search(rf"\b{table}\.{name}\b", READERS), f"no command reads {key}"

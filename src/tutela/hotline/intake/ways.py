"""The ways in: what somebody comes with, and the age bands that they may name. Data only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tutela.kernel.help import Kind

#: I saw it; it is me or someone I know; somebody is threatening me.
Way = Literal["saw", "self", "threat"]
WAYS: tuple[Way, ...] = get_args(Way)
#: way -> as the ways in call it.
WAY_NAMES: Mapping[str, Promise] = {
    "saw": _("I saw it"),
    "self": _("It is me, or someone I know"),
    "threat": _("Somebody is threatening me"),
}
#: Age bands by the reporter's own word; those of helplines' systems, and grown-ups.
AGES: Mapping[str, Promise] = {
    "under_13": _("12 or younger"),
    "13_15": _("13 to 15"),
    "16_17": _("16 or 17"),
    "adult": _("18 or older"),
}
#: What is shown beside each way, crisis first.
HELP: Mapping[str, tuple[Kind, ...]] = {
    "saw": ("emergency", "police", "at_risk", "children"),
    "self": ("emergency", "children", "removal", "missing"),
    "threat": ("emergency", "police", "children", "at_risk", "removal"),
    "else": ("emergency", "police", "children", "report", "worried"),
    "": ("emergency", "police", "children"),
}

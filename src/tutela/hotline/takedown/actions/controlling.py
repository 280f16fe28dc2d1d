"""Control looks: what a host answers where there can be nothing, kept for an hour for all its places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction

from tutela.hotline.takedown.control_looks import ControlLook
from tutela.hotline.takedown.judging import Control, PageSigns, Shown
from tutela.kernel.clock import Clock, SystemClock

#: Version of what a row keeps.
FORMAT = 1
#: How long a control look counts: a host is asked for nothing once an hour (our own).
COUNTS_FOR = timedelta(hours=1)

_MACHINE_CLOCK = SystemClock()


@transaction.atomic
def record_control(host: str, vantage: str, control: Control, *, clock: Clock = _MACHINE_CLOCK) -> None:
    """Return once the latest control look at a host stands; ``host`` is the keyed digest of its name."""
    answers = {"v": FORMAT, "nothing": _row(control.nothing), "front": _row(control.front)}
    ControlLook.objects.update_or_create(
        host=host, vantage=vantage, defaults={"looked_at": clock.now(), "answers": answers}
    )


def fresh_control(host: str, vantage: str, *, clock: Clock = _MACHINE_CLOCK) -> Control | None:
    """The control look of the last hour at this host from there, or None."""
    now = clock.now()
    rows = ControlLook.objects.filter(host=host, vantage=vantage)
    found = rows.filter(looked_at__gt=now - COUNTS_FOR, looked_at__lte=now).first()
    if found is None or found.answers.get("v") != FORMAT:
        return None
    return Control(nothing=_shown(found.answers["nothing"]), front=_shown(found.answers["front"]))


def _row(shown: Shown) -> dict[str, Any]:
    row = asdict(shown)
    del row["pictures"]
    if shown.page is not None:
        row["page"]["text_simhash"] = f"{shown.page.text_simhash:016x}"
    return row


def _shown(row: Mapping[str, Any]) -> Shown:
    page = row["page"]
    signs = PageSigns(**{**page, "text_simhash": int(page["text_simhash"], 16)}) if page else None
    return Shown(**{**row, "page": signs})

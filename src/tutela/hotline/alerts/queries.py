"""What the desk and ``tutela doctor`` say where the sender cannot: a dead sender alarms nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tutela.hotline.alerts.models import AlarmLook, Alert
from tutela.hotline.takedown.queries import waiting_since

#: Without a look of the alarm, which looks once a minute; a mail server that hangs keeps it for minutes (our
#: own).
LOOK_LATE = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """What does not get out. ``letters_since``: since when a notice waits that may go out, where too long.

    ``looked_at``: the alarm's last look, where that is long ago; ``unheard``: alerts that reached nobody.
    """

    letters_since: datetime | None = None
    looked_at: datetime | None = None
    unheard: int = 0

    def __bool__(self) -> bool:
        """Whether anything does not get out."""
        return bool(self.letters_since or self.looked_at or self.unheard)


def silence(now: datetime) -> Silence:
    """What does not get out; three short questions, for every page of the desk."""
    late = AlarmLook.objects.filter(looked_at__lt=now - LOOK_LATE)
    return Silence(
        letters_since=waiting_since(now),
        looked_at=late.values_list("looked_at", flat=True).first(),
        unheard=Alert.objects.filter(since__isnull=False, said_at=None).count(),
    )

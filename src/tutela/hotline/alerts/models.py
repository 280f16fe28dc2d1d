"""Alerts: what is wrong now, and what was said of it outside. Shape only."""

from __future__ import annotations

from django.db import models

#: Of a kind's word.
WORD_LENGTH = 32


class Alert(models.Model):
    """One kind of alert. It stays when it is over, so that it is not said again at once."""

    kind = models.CharField(
        max_length=WORD_LENGTH, unique=True, db_comment="class: internal. What it is, a word of alerts.kinds."
    )
    told = models.BooleanField(
        default=False, db_comment="class: internal. It was said that it is so, and not yet that it is over."
    )
    said_at = models.DateTimeField(
        null=True, db_comment="class: internal. When it was last said that it is so, UTC; empty: never."
    )
    held_until = models.DateTimeField(
        null=True, db_comment="class: internal. A word that reached nobody waits until then, UTC; or empty."
    )
    since = models.DateTimeField(
        null=True, db_comment="class: internal. Since when it is so, UTC; empty while it is not."
    )
    number = models.IntegerField(
        default=0, db_comment="class: internal. Its number when it was last looked at, a count or a time."
    )

    def __str__(self) -> str:
        return self.kind


class AlarmLook(models.Model):
    """When the alarm last looked: one row, and none before the first look. Who is dead tells nobody so."""

    looked_at = models.DateTimeField(
        db_comment="class: internal. When the alarm in the sender's process last looked, UTC."
    )

    def __str__(self) -> str:
        return f"{self.looked_at:%Y-%m-%d %H:%M}"

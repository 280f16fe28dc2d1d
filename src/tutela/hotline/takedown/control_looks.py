"""What hosts answer for nothing and for their front page. Shape only."""

from __future__ import annotations

from django.db import models

from tutela.hotline.cases.models import DIGEST_CHARACTERS

#: Of the name of a place that is looked from (our own).
VANTAGE_CHARACTERS = 32


class ControlLook(models.Model):
    """What a host answers for an address that cannot exist, and for its front page, one an hour."""

    host = models.CharField(
        max_length=DIGEST_CHARACTERS,
        db_comment="class: victim. HMAC-SHA-256 of the host under the index key, hex.",
    )
    vantage = models.CharField(
        max_length=VANTAGE_CHARACTERS, db_comment="class: internal. Name of the place it was looked at from."
    )
    looked_at = models.DateTimeField(db_comment="class: internal. When, UTC.")
    answers = models.JSONField(
        db_comment="class: internal. {v: 1, nothing: {...}, front: {...}}: status, SHA-256, signs of text."
    )

    class Meta:
        """The latest one of a host and a vantage point is kept."""

        constraints = [models.UniqueConstraint(fields=["host", "vantage"], name="control_look_once")]

    def __str__(self) -> str:
        return self.vantage

"""The shape of a report. Nothing of the reporter stands here but what they wrote, sealed."""

from __future__ import annotations

from django.db import models

from tutela.hotline.cases.models import DIGEST_CHARACTERS, ID_CHARACTERS, WORD_CHARACTERS, Item
from tutela.kernel.ids import new_id


def new_report_id() -> str:
    """An id of a report."""
    return new_id("rep_")


class Report(models.Model):
    """What somebody told us, once, through one channel."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=new_report_id,
        db_comment="class: internal. Id that may be shown to staff, rep_ and 160 random bits.",
    )
    receipt_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        unique=True,
        db_comment="class: reporter. Argon2id of the receipt's letters, hex; the receipt is kept nowhere.",
    )
    channel = models.CharField(
        max_length=WORD_CHARACTERS,
        db_comment="class: internal. How it came: web, spare, api, self_report, mail, file, command.",
    )
    way = models.CharField(
        max_length=WORD_CHARACTERS,
        default="saw",
        db_comment="class: internal. Way in that the reporter chose: saw, self, threat.",
    )
    age = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: reporter. Age band by the reporter's own word; empty: not said.",
    )
    portal = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. Key of the portal whose page it was; empty: the plain one.",
    )
    sender = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. Partner or helpline that handed it in; empty: the public.",
    )
    adds_to = models.ForeignKey(
        "self",
        null=True,
        on_delete=models.PROTECT,
        related_name="additions",
        db_comment="class: internal. Report that this one adds to.",
    )
    received_at = models.DateTimeField(db_comment="class: internal. When it was acknowledged, UTC.")
    urgent = models.BooleanField(
        db_comment="class: internal. The reporter says that a child is in danger now."
    )
    language = models.CharField(
        max_length=16, db_comment="class: reporter. Language of the page it was written on, BCP 47."
    )
    text_sealed = models.BinaryField(
        default=b"", db_comment="class: reporter. What was written freely, sealed to the vault's epoch (age)."
    )
    text_epoch = models.CharField(
        max_length=ID_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: internal. Epoch whose key opens text_sealed.",
    )
    log_index = models.BigIntegerField(
        db_comment="class: public. Index of the leaf in the transparency log that says so."
    )
    items: models.ManyToManyField[Item, ReportedItem] = models.ManyToManyField(
        Item, through="ReportedItem", related_name="reports"
    )

    class Meta:
        # read backwards for the list, and by lane and time for counts
        indexes = [models.Index(fields=["urgent", "received_at", "id"], name="intake_report_queue")]


class ReportedItem(models.Model):
    """That a report is about an item."""

    report = models.ForeignKey(
        Report, on_delete=models.PROTECT, related_name="about", db_comment="class: internal. The report."
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="reported", db_comment="class: internal. The item."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "item"], name="intake_about_once")]


class SelfReportLink(models.Model):
    """A link that a helpline opened for a child, by which the child reports itself; it works once."""

    token_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        unique=True,
        db_comment="class: secret. SHA-256 of the link's token, hex; the token is kept nowhere.",
    )
    sender = models.CharField(
        max_length=WORD_CHARACTERS, db_comment="class: internal. Helpline that opened it."
    )
    age = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: reporter. Age band that the helpline named.",
    )
    text_sealed = models.BinaryField(
        default=b"",
        db_comment="class: reporter. The helpline's own case number, sealed to the vault's epoch (age).",
    )
    text_epoch = models.CharField(
        max_length=ID_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: internal. Epoch whose key opens text_sealed.",
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was opened, UTC.")
    ends_at = models.DateTimeField(db_comment="class: internal. When it stops working, UTC.")
    report = models.ForeignKey(
        Report,
        null=True,
        on_delete=models.PROTECT,
        related_name="opened_by",
        db_comment="class: internal. The report that came by it; empty until then.",
    )

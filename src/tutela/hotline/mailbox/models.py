"""Mails that came in. Shape only.

What somebody wrote is sealed; of a mail that is about no notice of ours nothing is kept but that it came, and
of one to the mailbox of reports no more than whose it was and what became of it.
"""

from __future__ import annotations

from functools import partial

from django.db import models

from tutela.hotline.mailbox.acts import RESULTS
from tutela.hotline.mailbox.reports.results import RESULTS as REPORT_RESULTS
from tutela.hotline.takedown.models import DIGEST_LENGTH, ID_LENGTH, WORD_LENGTH, Notice
from tutela.kernel.ids import new_id

#: Of all claims at once, joined by commas.
CLAIMS_LENGTH = 120
#: Of an epoch's id (kernel.custody.blobs), with room to spare.
EPOCH_LENGTH = 64


class Mail(models.Model):
    """One message that came into the mailbox. It is counted once, however often it is read."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "eml_"),
        editable=False,
        db_comment="class: internal. The id by which a mail is recorded.",
    )
    digest = models.CharField(
        max_length=DIGEST_LENGTH,
        unique=True,
        db_comment="class: internal. SHA-256 of Message-ID, date and what it answers, hex.",
    )
    result = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(one, one) for one in RESULTS],
        db_comment="class: internal. answer, unknown or unreadable.",
    )
    claims = models.CharField(
        max_length=CLAIMS_LENGTH,
        blank=True,
        db_comment="class: internal. Words of share.notices.claims, in order and joined by commas.",
    )
    address_is_dead = models.BooleanField(
        default=False, db_comment="class: internal. A mail server says that the mailbox is not there."
    )
    notices: models.ManyToManyField[Notice, MailAbout] = models.ManyToManyField(
        Notice, through="MailAbout", related_name="mails"
    )
    text_sealed = models.BinaryField(
        default=b"",
        db_comment="class: internal. What was written, sealed to the vault's epoch (age).",
    )
    text_epoch = models.CharField(
        max_length=EPOCH_LENGTH,
        blank=True,
        db_comment="class: internal. Epoch of the key that opens the text; empty where none is kept.",
    )
    read_at = models.DateTimeField(db_comment="class: internal. When it was read, UTC.")

    class Meta:
        """The latest ones are counted by what they are."""

        indexes = [models.Index(fields=["result", "read_at"], name="mail_by_result")]

    def __str__(self) -> str:
        return self.public_id


class MailAbout(models.Model):
    """That a mail is about a notice."""

    mail = models.ForeignKey(
        Mail, on_delete=models.PROTECT, related_name="about", db_comment="class: internal. The mail."
    )
    notice = models.ForeignKey(
        Notice, on_delete=models.PROTECT, related_name="answers", db_comment="class: internal. The notice."
    )

    class Meta:
        """Each once."""

        constraints = [models.UniqueConstraint(fields=["mail", "notice"], name="mail_about_once")]

    def __str__(self) -> str:
        return str(self.pk)


class ReportMail(models.Model):
    """One message that came into the mailbox of reports. It is taken in once, however often it is read."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "rml_"),
        editable=False,
        db_comment="class: internal. The id by which a mail is recorded.",
    )
    digest = models.CharField(
        max_length=DIGEST_LENGTH,
        unique=True,
        db_comment="class: internal. SHA-256 of Message-ID, date and, where it was opened, the text, hex.",
    )
    result = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(one, one) for one in REPORT_RESULTS],
        db_comment="class: internal. taken, stranger, unproved, html, empty, too_much or unreadable.",
    )
    sender = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Partner whose mailbox it names, by the settings; empty: a stranger's.",
    )
    reports = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Reports that were taken from it, a count."
    )
    wrong = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Addresses and rows in it that are none, a count."
    )
    left_out = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Parts that were not opened, pictures first of all, a count."
    )
    is_cut = models.BooleanField(
        default=False, db_comment="class: internal. More was written than a report holds."
    )
    read_at = models.DateTimeField(db_comment="class: internal. When it was read, UTC.")

    class Meta:
        """The latest ones are shown, and counted by what they are."""

        indexes = [models.Index(fields=["read_at", "result"], name="report_mail_by_time")]

    def __str__(self) -> str:
        return self.public_id

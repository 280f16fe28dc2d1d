"""Partners and referrals. Shape only.

No address and no name of a victim stands here: what a referral says is sealed to the partner's keys, and
nobody of this house can open it.
"""

from __future__ import annotations

from functools import partial

from django.db import models

from tutela.hotline.cases.models import ID_CHARACTERS, WORD_CHARACTERS, Item
from tutela.hotline.partners.acts import GROUNDS, HOWS, KINDS, OUTCOMES, STATES
from tutela.kernel.ids import new_id

NAME_CHARACTERS = 200
#: Of a number that a partner gives a case.
REFERENCE_CHARACTERS = 80
#: SHA-256, hexadecimal.
DIGEST_CHARACTERS = 64
#: Of a mailbox (RFC 5321), and of a Message-ID of ours: an id and a domain.
MAILBOX_CHARACTERS, MESSAGE_ID_CHARACTERS = 254, 320
#: Of a language tag as Django writes them.
LANGUAGE_CHARACTERS = 8


class Partner(models.Model):
    """Somebody who is handed cases. A new one points at a test endpoint until somebody says otherwise."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=partial(new_id, "prt_"),
        editable=False,
        db_comment="class: internal. The id by which a partner is shown and recorded.",
    )
    name = models.CharField(
        max_length=NAME_CHARACTERS, db_comment="class: internal. Name of the office, not of a person."
    )
    kind = models.CharField(
        max_length=WORD_CHARACTERS,
        choices=[(one, one) for one in KINDS],
        db_comment="class: internal. police, hotline or clearing_house.",
    )
    country = models.CharField(
        max_length=2, db_comment="class: internal. Where it is competent, ISO 3166-1 alpha-2."
    )
    language = models.CharField(
        max_length=LANGUAGE_CHARACTERS, db_comment="class: internal. Language of what it gets, a tag."
    )
    how = models.CharField(
        max_length=WORD_CHARACTERS,
        choices=[(one, one) for one in HOWS],
        default="drop_folder",
        db_comment="class: internal. How a referral gets there: drop_folder or mail.",
    )
    mailbox = models.CharField(
        max_length=MAILBOX_CHARACTERS,
        blank=True,
        default="",
        db_comment="class: internal. Mailbox of the office that sealed mail goes to; empty: a folder.",
    )
    keys = models.JSONField(
        db_comment='class: internal. {"v": 1, "age": [...]} or {"v": 1, "smime": [...]}: its public keys, or '
        "certificates in PEM; each opens what it gets."
    )
    test = models.BooleanField(
        default=True, db_comment="class: internal. A test endpoint: nobody there acts on what it gets."
    )
    named_at = models.DateTimeField(db_comment="class: internal. When it was named, UTC.")
    named_by = models.CharField(
        max_length=ID_CHARACTERS, db_comment="class: staff. Person who named it, usr_..., or operator."
    )
    confirmed_at = models.DateTimeField(
        null=True, db_comment="class: internal. When a second person confirmed it, UTC; empty: nobody has."
    )
    confirmed_by = models.CharField(
        max_length=ID_CHARACTERS, blank=True, db_comment="class: staff. That second person; else empty."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=KINDS), name="partners_kind_is_known"),
            models.CheckConstraint(
                condition=~models.Q(named_by=models.F("confirmed_by")), name="partners_confirmed_by_another"
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Referral(models.Model):
    """One or more items that one partner is told of, in one sealed document."""

    public_id = models.CharField(
        max_length=ID_CHARACTERS,
        unique=True,
        default=partial(new_id, "ref_"),
        editable=False,
        db_comment="class: internal. The id by which a referral is shown, recorded and answered.",
    )
    partner = models.ForeignKey(
        Partner,
        on_delete=models.PROTECT,
        related_name="referrals",
        db_comment="class: internal. Who is told.",
    )
    items: models.ManyToManyField[Item, ReferredItem] = models.ManyToManyField(
        Item, through="ReferredItem", related_name="referrals"
    )
    state = models.CharField(
        max_length=WORD_CHARACTERS,
        choices=[(one, one) for one in STATES],
        default="queued",
        db_comment="class: internal. queued, sending, in_doubt, handed, failed or answered.",
    )
    grounds = models.CharField(
        max_length=WORD_CHARACTERS,
        choices=[(one, one) for one in GROUNDS],
        db_comment="class: internal. Why: on_list, assessed, child_in_danger or reported.",
    )
    queued_at = models.DateTimeField(db_comment="class: internal. When it was put in line, UTC.")
    queued_by = models.CharField(
        max_length=ID_CHARACTERS, db_comment="class: staff. Person who put it in line, or operator."
    )
    moved_at = models.DateTimeField(db_comment="class: internal. When it came into this state, UTC.")
    due = models.DateTimeField(db_comment="class: internal. Not tried before, UTC.")
    attempts = models.PositiveIntegerField(
        default=0, db_comment="class: internal. How often handing over failed, a count."
    )
    trouble = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        db_comment="class: internal. Why it waits or failed, a declared word; else empty.",
    )
    document_sealed = models.BinaryField(
        default=b"",
        db_comment="class: victim. The one document, sealed to the partner's keys (age, or an S/MIME "
        "envelope); empty until made.",
    )
    document_sha256 = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_comment="class: internal. SHA-256 of document_sealed, hex: what the partner can compare.",
    )
    message_id = models.CharField(
        max_length=MESSAGE_ID_CHARACTERS,
        blank=True,
        default="",
        db_comment="class: internal. Message-ID of its letter, the same at each try; empty: not by mail.",
    )
    token = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Number of the try by mail; it fences what is written after."
    )
    lease_until = models.DateTimeField(
        null=True, db_comment="class: internal. Until when the try may be going on, UTC; empty: none is."
    )
    handed_at = models.DateTimeField(
        null=True,
        db_comment="class: internal. When it stood where the partner takes it, or mail took it, UTC.",
    )
    answer_digest = models.CharField(
        max_length=DIGEST_CHARACTERS,
        blank=True,
        db_index=True,
        db_comment="class: internal. SHA-256 of the answer link's token, hex; emptied with its use.",
    )
    outcome = models.CharField(
        max_length=WORD_CHARACTERS,
        blank=True,
        choices=[(one, one) for one in OUTCOMES],
        db_comment="class: internal. What the partner said last became of it; empty: nothing yet.",
    )
    reference = models.CharField(
        max_length=REFERENCE_CHARACTERS,
        blank=True,
        db_comment="class: internal. The number that the partner gave it, as they wrote it.",
    )
    answered_at = models.DateTimeField(
        null=True, db_comment="class: internal. When the last answer was written down, UTC."
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=[*STATES]), name="partners_state_is_known"),
            models.CheckConstraint(
                condition=~models.Q(state__in=["handed", "answered"]) | ~models.Q(document_sha256=""),
                name="partners_handed_is_sealed",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due", "id"], name="partners_referral_in_line"),
            models.Index(fields=["queued_at", "id"], name="partners_referral_page"),
            models.Index(fields=["answered_at", "id"], name="partners_referral_answered"),
            models.Index(fields=["state", "queued_at", "id"], name="partners_referral_of_state"),
        ]

    def __str__(self) -> str:
        return self.public_id


class ReferredItem(models.Model):
    """That a referral names an item."""

    referral = models.ForeignKey(
        Referral,
        on_delete=models.PROTECT,
        related_name="referred",
        db_comment="class: internal. The referral.",
    )
    item = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="referred", db_comment="class: internal. The item."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["referral", "item"], name="partners_item_once")]

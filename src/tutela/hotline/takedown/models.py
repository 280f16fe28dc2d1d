"""Recipients, notices, their letters, checks, removals. Shape only; sealed addresses stay with sightings."""

from __future__ import annotations

from functools import partial

from django.db import models

from tutela.hotline.cases.models import Sighting
from tutela.hotline.takedown import control_looks  # noqa: F401 - Django has to meet it
from tutela.hotline.takedown.contacts import models as contacts_models  # noqa: F401 - Django has to meet them
from tutela.hotline.takedown.removal import RESULTS, STANDINGS
from tutela.hotline.takedown.states import STATES
from tutela.kernel.ids import new_id

#: Characters of an identifier (kernel.ids: prefix of 4, 32 random).
ID_LENGTH = 36
#: RFC 5321, 4.5.3.1: 254 characters are the longest address that mail can reach.
ADDRESS_LENGTH = 254
#: RFC 1035, 2.3.4, without the last dot.
HOST_LENGTH = 253
NAME_LENGTH = 200
#: Of a sender: its name of 32, a dot, and a mark of 12 (``sender_lock``).
SENDER_LENGTH = 45
WORD_LENGTH = 32
#: Of a language tag that we write (``share.notices.texts``).
LANGUAGE_LENGTH = 8
DIGEST_LENGTH = 64  # of an HMAC-SHA-256, hex
#: ``<msg_... @ domain>``.
MESSAGE_ID_LENGTH = 300
#: Priorities: 0 goes first (decisions.md section 2 says what is urgent).
URGENT, ORDINARY = 0, 5


class Recipient(models.Model):
    """Somebody who can take an item away. Nothing goes out before the first contact is confirmed."""

    class Source(models.TextChoices):
        """Where the address is from."""

        RDAP = "rdap"
        ABUSE_TABLE = "abuse_table"
        PERSON = "person"
        BOOK = "book"

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "rcp_"),
        editable=False,
        db_comment="class: internal. The id by which a recipient is shown and recorded.",
    )
    name = models.CharField(max_length=NAME_LENGTH, db_comment="class: internal. Name of the organisation.")
    address = models.CharField(
        max_length=ADDRESS_LENGTH,
        unique=True,
        db_comment="class: internal. Mail address of the abuse desk, ASCII, domain in lower case.",
    )
    host = models.CharField(
        max_length=HOST_LENGTH,
        db_comment="class: internal. Domain of the address: what politeness counts by.",
    )
    sources = models.CharField(
        max_length=3 * WORD_LENGTH,
        db_comment="class: internal. Words, in order and joined by commas: abuse_table, book, person, rdap.",
    )
    country = models.CharField(
        max_length=2,
        blank=True,
        db_comment="class: internal. Where it is at home, ISO 3166-1 alpha-2; empty where nobody knows.",
    )
    languages = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Languages that it asked for, the best first, joined by commas.",
    )
    digests = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Digests it gets: none, letter, machine; empty as the settings say.",
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was first named, UTC.")
    dead_at = models.DateTimeField(
        null=True, db_comment="class: internal. When a mail server said that it is not there, UTC; or empty."
    )

    def __str__(self) -> str:
        return self.public_id


class Letter(models.Model):
    """A message that carries notices to one recipient, at every attempt the same ones."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "ltr_"),
        editable=False,
        db_comment="class: internal. The id by which a letter is recorded; its page says whether it is ours.",
    )
    message_id = models.CharField(
        max_length=MESSAGE_ID_LENGTH,
        unique=True,
        db_comment="class: internal. Message-ID header, the same for every attempt, 160 random bits.",
    )
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.PROTECT,
        related_name="letters",
        db_comment="class: internal. Whom it goes to.",
    )
    host = models.CharField(
        max_length=HOST_LENGTH,
        db_comment="class: internal. Domain of the recipient's address, for politeness.",
    )
    language = models.CharField(
        max_length=LANGUAGE_LENGTH,
        default="en",
        db_comment="class: internal. Language that it is written in, a word such as de.",
    )
    size = models.PositiveSmallIntegerField(
        db_comment="class: internal. How many notices it was made for, count; another set is another letter."
    )
    is_test = models.BooleanField(
        default=False,
        db_comment="class: internal. It went to a mailbox of the house instead, marked as a test.",
    )
    made_at = models.DateTimeField(db_comment="class: internal. When a sender first claimed it, UTC.")

    def __str__(self) -> str:
        return self.public_id


class Notice(models.Model):
    """One place told to somebody who can remove it: one row of the outbox."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "ntc_"),
        editable=False,
        db_comment="class: internal. The id by which a notice is shown and recorded.",
    )
    letter = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        related_name="notices",
        db_comment="class: internal. The message that carries it; empty until a sender first claims it.",
    )
    recipient = models.ForeignKey(
        Recipient,
        on_delete=models.PROTECT,
        related_name="notices",
        db_comment="class: internal. Whom it goes to.",
    )
    host = models.CharField(
        max_length=HOST_LENGTH,
        db_comment="class: internal. Domain of the recipient's address, for politeness.",
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="notices",
        db_comment="class: internal. The place that it names.",
    )
    consequence = models.CharField(
        max_length=WORD_LENGTH,
        db_comment="class: internal. notice_known, notice_second_hash, notice_unknown or notice_retraction.",
    )
    legal_class = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. csam, exploitative, adult_ncii, generated_csam; or empty.",
    )
    rung = models.CharField(
        max_length=WORD_LENGTH,
        default="hoster",
        db_comment="class: internal. What the recipient is to the place, a word of share.notices.ladder.",
    )
    is_proxy = models.BooleanField(
        default=False, db_comment="class: internal. The recipient passes it on: it is asked for the origin."
    )
    reminder = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. Which reminder it is, count; 0 for a first notice."
    )
    reminds = models.ForeignKey(
        Letter,
        on_delete=models.PROTECT,
        null=True,
        related_name="reminders",
        db_comment="class: internal. Of a reminder: the first letter about the place; else empty.",
    )
    order_authority = models.CharField(
        max_length=NAME_LENGTH,
        blank=True,
        db_comment="class: internal. Of an order: the authority that gave it; empty for a request.",
    )
    order_base = models.CharField(
        max_length=NAME_LENGTH,
        blank=True,
        db_comment="class: internal. Of an order: the provision under which it was given.",
    )
    order_until = models.DateTimeField(
        null=True, db_comment="class: internal. Of an order: until when it is to be done, UTC; else empty."
    )
    retracts = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="retraction",
        db_comment="class: internal. The notice that this one takes back; empty for a notice of its own.",
    )
    second_look_due = models.DateTimeField(
        null=True,
        db_comment="class: internal. Until when a second person looks, UTC; empty where nobody has to.",
    )
    priority = models.PositiveSmallIntegerField(
        default=ORDINARY, db_comment="class: internal. 0 (urgent) goes before 5, no unit."
    )
    state = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(state, state) for state in STATES],
        default="queued",
        db_comment="class: internal. queued, sending, sent, failed, in_doubt or withdrawn.",
    )
    due = models.DateTimeField(db_comment="class: internal. Not tried before, UTC.")
    queued_at = models.DateTimeField(db_comment="class: internal. When it came into the outbox, UTC.")
    moved_at = models.DateTimeField(db_comment="class: internal. When it came into this state, UTC.")
    attempts = models.PositiveIntegerField(
        default=0, db_comment="class: internal. How often it was tried, count."
    )
    token = models.PositiveIntegerField(
        default=0,
        db_comment="class: internal. Fencing token: grows with each claim and each settled doubt, no unit.",
    )
    sender = models.CharField(
        max_length=SENDER_LENGTH,
        blank=True,
        db_comment="class: internal. Sender process that tries or tried it: name, dot, mark of its house.",
    )
    claimed_at = models.DateTimeField(
        null=True, db_comment="class: internal. When the last attempt began, UTC; empty before the first."
    )
    lease_until = models.DateTimeField(
        null=True, db_comment="class: internal. An attempt is over by then, UTC; empty while not sending."
    )
    stage = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Where the last attempt ended, a word of kernel.egress.smtp.",
    )
    answer_code = models.PositiveSmallIntegerField(
        default=0, db_comment="class: internal. SMTP reply code of the last attempt; 0 without an answer."
    )
    evidence = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. The event by which it came into this state, a word of states.",
    )
    seen_at = models.DateTimeField(
        db_comment="class: internal. When the content was last fetched and was the same, UTC."
    )
    look_asked_at = models.DateTimeField(
        null=True, db_comment="class: internal. When a new look was asked for, UTC; empty where none is."
    )
    look_found = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. What the last look found because of which it waits; else empty.",
    )

    class Meta:
        """The sender asks for the most urgent one that is due; pages for what waits longest."""

        indexes = [
            models.Index(fields=["state", "priority", "due", "id"], name="notice_next"),
            models.Index(fields=["state", "moved_at"], name="notice_oldest"),
            models.Index(fields=["state", "queued_at", "id"], name="notice_page_of_state"),
            models.Index(fields=["queued_at", "id"], name="notice_page"),
            models.Index(
                fields=["second_look_due"],
                condition=models.Q(second_look_due__isnull=False),
                name="notice_second_look",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=STATES), name="notice_state_known"),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def message_id(self) -> str:
        """The Message-ID of the letter that carries it; empty before it was first claimed."""
        return self.letter.message_id if self.letter else ""


class Check(models.Model):
    """One machine look at whether a sighting is still there."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "chk_"),
        editable=False,
        db_comment="class: internal. The id by which a check is shown and recorded.",
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="checks",
        db_comment="class: internal. What was looked at.",
    )
    vantage = models.CharField(
        max_length=WORD_LENGTH, db_comment="class: internal. Name of the place it was looked at from."
    )
    result = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(result, result) for result in RESULTS],
        db_comment="class: internal. What it found, a word of removal.RESULTS.",
    )
    looked_at = models.DateTimeField(db_comment="class: internal. When, UTC.")

    class Meta:
        """A sighting's checks are read in order."""

        indexes = [models.Index(fields=["sighting", "looked_at"], name="check_of_sighting")]

    def __str__(self) -> str:
        return self.public_id


class Watch(models.Model):
    """How a place stands that is looked at again: what its looks say together, for pages and counts."""

    sighting = models.OneToOneField(
        Sighting,
        on_delete=models.PROTECT,
        related_name="watch",
        db_comment="class: internal. What is looked at.",
    )
    standing = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(standing, standing) for standing in STANDINGS],
        db_comment="class: internal. there, removed, gone_one_place or undecided.",
    )
    found = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(result, result) for result in RESULTS],
        db_comment="class: internal. What the last look found that says most against a removal.",
    )
    since = models.DateTimeField(db_comment="class: internal. Since when it stands so, UTC.")
    ended_at = models.DateTimeField(
        null=True, db_comment="class: internal. When the looks ended, UTC; empty while it is watched."
    )

    class Meta:
        """Places are counted by how they stand."""

        indexes = [models.Index(fields=["standing", "since"], name="watch_by_standing")]

    def __str__(self) -> str:
        return self.standing


class Removal(models.Model):
    """That a sighting was found gone as the rule asks, and whether it came back."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "rmv_"),
        editable=False,
        db_comment="class: internal. The id by which a removal is shown and recorded.",
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="removals",
        db_comment="class: internal. What was gone.",
    )
    removed_at = models.DateTimeField(db_comment="class: internal. When the rule was first met, UTC.")
    reopened_at = models.DateTimeField(
        null=True, db_comment="class: internal. When it was seen again, UTC; empty while it is gone."
    )

    class Meta:
        """At most one removal of a sighting stands."""

        constraints = [
            models.UniqueConstraint(
                fields=["sighting"], condition=models.Q(reopened_at=None), name="removal_stands_once"
            )
        ]

    def __str__(self) -> str:
        return self.public_id

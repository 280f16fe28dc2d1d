"""Contacts: the house's own book and what look-ups propose for it; and how far each place's search is.

Shape only. What a contact is for stands in the clear only where it says nothing of a place that somebody
reported: a network number, a proxy's name, a mail address of an abuse desk. Everything else is digested.
"""

from __future__ import annotations

from functools import partial

from django.db import models

from tutela.hotline.cases.models import Sighting
from tutela.kernel.ids import new_id

#: Characters of an identifier (kernel.ids: prefix of 4, 32 random).
ID_LENGTH = 36
WORD_LENGTH = 32
NAME_LENGTH = 200
#: ``mail:`` and the longest address that mail can reach (RFC 5321, 4.5.3.1: 254 characters).
KEY_LENGTH = 259
#: The address of a form, the longest that we keep (our own).
WAY_LENGTH = 500
#: Of a SHA-256, hex.
DIGEST_LENGTH = 64
#: Every reason that ``share.notices.ladder`` knows, joined by commas.
REASONS_LENGTH = 200

#: How a contact stands. ``listed``: in the house's book, and one source until somebody approves it, or in a
#: table of the release, for what a person does by hand;
#: ``proposed``: a look-up found it, and it waits for a person.
CONTACT_STATES = ("proposed", "listed", "approved", "refused")
#: A form that has to be filled in by a person: it waits, it was filled in, there is no reason any more, or a
#: person said that whoever it is for need not be told.
FORM_STATES = ("waiting", "done", "withdrawn", "not_needed")
#: Who brought it: people of this house, or a look-up.
ORIGINS = ("house", "look_up")
#: What the last look-up for a place came to: somebody is told; a person has to agree first, or to fill in a
#: form; a registry has to be asked again; nobody is known; its content was not there; everybody who is known
#: was told in vain.
SEARCH_STATES = ("told", "person", "by_hand", "registry", "nobody", "gone", "exhausted")


class Contact(models.Model):
    """Somebody who takes notices about what ``key`` names: in the book, proposed for it, or refused."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "con_"),
        editable=False,
        db_comment="class: internal. The id by which a contact is shown and recorded.",
    )
    key = models.CharField(
        max_length=KEY_LENGTH,
        db_comment="class: victim. What it is for: as:NUMBER, proxy:NAME, mail:ADDRESS; host, site, address "
        "and network as HMAC-SHA-256 under the index key.",
    )
    rung = models.CharField(
        max_length=WORD_LENGTH, db_comment="class: internal. Its rung, a word of share.notices.ladder."
    )
    kind = models.CharField(max_length=WORD_LENGTH, db_comment="class: internal. mail, form or api.")
    address = models.CharField(
        max_length=WAY_LENGTH, db_comment="class: internal. Mail address, or https address of a form."
    )
    organisation = models.CharField(
        max_length=NAME_LENGTH, blank=True, db_comment="class: internal. Name of the organisation."
    )
    country = models.CharField(
        max_length=2, blank=True, db_comment="class: internal. Its country, ISO 3166-1 alpha-2; or empty."
    )
    languages = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Languages that it asked for, the best first, joined by commas.",
    )
    origin = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(origin, origin) for origin in ORIGINS],
        db_comment="class: internal. house (a person, a table that they brought) or look_up.",
    )
    source = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. Of a look-up: where it is from, a word of share.notices.ladder.",
    )
    answer_sha256 = models.CharField(
        max_length=DIGEST_LENGTH,
        blank=True,
        db_comment="class: internal. Of a look-up: SHA-256 of the registry's whole answer, hex; or empty.",
    )
    reasons = models.CharField(
        max_length=REASONS_LENGTH,
        blank=True,
        db_comment="class: internal. Why, and why not, to believe it: words of share.notices.ladder, joined "
        "by commas.",
    )
    state = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(state, state) for state in CONTACT_STATES],
        db_comment="class: internal. proposed, listed, approved or refused.",
    )
    made_at = models.DateTimeField(db_comment="class: internal. When it was first named, UTC.")
    found_at = models.DateTimeField(
        null=True, db_comment="class: internal. Of a look-up: when the registry said so last, UTC."
    )
    decided_at = models.DateTimeField(
        null=True, db_comment="class: internal. When it was approved or refused, UTC; else empty."
    )
    decided_by = models.CharField(
        max_length=ID_LENGTH,
        blank=True,
        db_comment="class: staff. Person who approved or refused it, or operator; else empty.",
    )

    class Meta:
        """One way to somebody is proposed once; pages ask for what waits longest."""

        constraints = [
            models.UniqueConstraint(fields=["key", "rung", "kind", "address"], name="contact_once"),
            models.CheckConstraint(condition=models.Q(state__in=CONTACT_STATES), name="contact_state_known"),
        ]
        indexes = [models.Index(fields=["state", "made_at", "id"], name="contact_by_state")]

    def __str__(self) -> str:
        return self.public_id


class Search(models.Model):
    """How far the search for whoever can take a place down is: what its last look-up came to."""

    sighting = models.OneToOneField(
        Sighting,
        on_delete=models.PROTECT,
        related_name="search",
        db_comment="class: internal. The place.",
    )
    state = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(state, state) for state in SEARCH_STATES],
        db_comment="class: internal. told, person, by_hand, registry, nobody, gone or exhausted.",
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        null=True,
        related_name="searches",
        db_comment="class: internal. The contact that is told, or that it waits for; else empty.",
    )
    looked_up = models.BooleanField(
        default=False,
        db_comment="class: internal. Registries were asked; not where a worker has nobody to ask.",
    )
    passed_over = models.PositiveSmallIntegerField(
        default=0,
        db_comment="class: internal. Addresses that could be the offender's: left out, kept nowhere. Count.",
    )
    dead_left_out = models.PositiveSmallIntegerField(
        default=0,
        db_comment="class: internal. Mailboxes that the last look-up left out, as they are not there. Count.",
    )
    tries = models.PositiveIntegerField(
        default=0, db_comment="class: internal. Look-ups in a row that a registry did not answer, count."
    )
    searched_at = models.DateTimeField(db_comment="class: internal. When the last look-up was made, UTC.")
    since = models.DateTimeField(db_comment="class: internal. Since when it stands so, UTC.")

    class Meta:
        """Places are counted by how far they are."""

        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=SEARCH_STATES), name="search_state_known")
        ]
        indexes = [
            models.Index(fields=["state", "since"], name="search_by_state"),
            models.Index(fields=["passed_over"], name="search_passed_over"),
        ]

    def __str__(self) -> str:
        return self.state


class FormNotice(models.Model):
    """A notice to a host that takes web forms only: a person copies it there. No address of a place."""

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "frm_"),
        editable=False,
        db_comment="class: internal. The id by which it is shown, recorded and known to the host.",
    )
    sighting = models.ForeignKey(
        Sighting,
        on_delete=models.PROTECT,
        related_name="form_notices",
        db_comment="class: internal. The place that it names.",
    )
    contact = models.ForeignKey(
        Contact,
        on_delete=models.PROTECT,
        related_name="form_notices",
        db_comment="class: internal. Whose form it is.",
    )
    consequence = models.CharField(
        max_length=WORD_LENGTH,
        db_comment="class: internal. notice_known, notice_second_hash, notice_unknown; or "
        "notice_retraction: it takes back what was told there by hand.",
    )
    legal_class = models.CharField(
        max_length=WORD_LENGTH,
        blank=True,
        db_comment="class: internal. csam, exploitative, adult_ncii, generated_csam; or empty.",
    )
    state = models.CharField(
        max_length=WORD_LENGTH,
        choices=[(state, state) for state in FORM_STATES],
        default="waiting",
        db_comment="class: internal. waiting, done, withdrawn or not_needed.",
    )
    reference = models.CharField(
        max_length=NAME_LENGTH,
        blank=True,
        db_comment="class: internal. The number that the host gave it; of what need not be taken back, why "
        "not.",
    )
    queued_at = models.DateTimeField(db_comment="class: internal. Since when it waits, UTC.")
    moved_at = models.DateTimeField(db_comment="class: internal. When it came into this state, UTC.")
    done_by = models.CharField(
        max_length=ID_LENGTH,
        blank=True,
        db_comment="class: staff. Person who filled the form in or said that nobody need, or operator; else "
        "empty.",
    )

    class Meta:
        """One form of one place waits at most once."""

        constraints = [
            models.UniqueConstraint(
                fields=["sighting", "contact"],
                condition=models.Q(state="waiting"),
                name="form_notice_waits_once",
            ),
            models.CheckConstraint(condition=models.Q(state__in=FORM_STATES), name="form_notice_state_known"),
        ]
        indexes = [models.Index(fields=["state", "queued_at", "id"], name="form_notice_by_state")]

    def __str__(self) -> str:
        return self.public_id

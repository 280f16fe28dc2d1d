"""People who work here, the roles they hold, and the one-time links that let them in. Shape only."""

from __future__ import annotations

from functools import partial
from typing import ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from tutela.kernel.ids import new_id

#: Characters of an identifier (kernel.ids: prefix of 4, 32 random).
ID_LENGTH = 36
#: RFC 5321, 4.5.3.1: 254 characters are the longest address that mail can reach.
EMAIL_LENGTH = 254
NAME_LENGTH = 100
WORD_LENGTH = 32
#: Hexadecimal characters of a SHA-256.
DIGEST_LENGTH = 64


class PersonManager(BaseUserManager["Person"]):
    """People are made by ``people.actions``; Django finds them by their address here."""


class Person(AbstractBaseUser):
    """Somebody who works here, worked here, or is invited to. Nobody is above the roles."""

    class State(models.TextChoices):
        """Where an account is in its life."""

        INVITED = "invited"
        ACTIVE = "active"
        LEFT = "left"

    public_id = models.CharField(
        max_length=ID_LENGTH,
        unique=True,
        default=partial(new_id, "usr_"),
        editable=False,
        db_comment="class: internal. The id by which a person is shown and recorded.",
    )
    name = models.CharField(max_length=NAME_LENGTH, db_comment="class: staff. The name colleagues see.")
    email = models.EmailField(
        max_length=EMAIL_LENGTH, unique=True, db_comment="class: staff. The address one signs in with, small."
    )
    password = models.CharField(
        max_length=128, db_comment="class: secret. Argon2 hash of the password, or an unusable mark."
    )
    state = models.CharField(
        max_length=WORD_LENGTH,
        choices=State.choices,
        default=State.INVITED,
        db_comment="class: staff. invited, active or left.",
    )
    session_mark = models.CharField(
        max_length=ID_LENGTH,
        default=partial(new_id, "ses_"),
        editable=False,
        db_comment="class: secret. Changed whenever every session of this person has to end.",
    )
    renewal = models.PositiveIntegerField(
        default=1,
        editable=False,
        db_comment="class: staff. Rises when the account gets a new sign-in or a voting role: words of "
        "colleagues and lines of the roster hold for one renewal.",
    )
    made_at = models.DateTimeField(db_comment="class: staff. When the account was made, UTC.")
    last_login = models.DateTimeField(
        null=True, blank=True, db_comment="class: staff. When this person last signed in, UTC."
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[PersonManager] = PersonManager()

    def __str__(self) -> str:
        return self.name

    @property
    def is_active(self) -> bool:  # type: ignore[override]  # Django's class has a constant there
        """True while this person may sign in."""
        return self.state == self.State.ACTIVE

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Django compares it at each request: a new mark ends every session at once."""
        return salted_hmac(
            "tutela.hotline.people.session",
            self.password + self.session_mark,
            secret=secret,
            algorithm="sha256",
        ).hexdigest()


class RoleHeld(models.Model):
    """One role of one person."""

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="roles_held",
        db_comment="class: internal. Who holds the role.",
    )
    role = models.CharField(
        max_length=WORD_LENGTH,
        db_comment="class: staff. A word of people.roles.",
    )
    given_at = models.DateTimeField(db_comment="class: staff. Since when, UTC.")

    class Meta:
        """One row for each role held."""

        constraints = [models.UniqueConstraint(fields=["person", "role"], name="role_held_once")]

    def __str__(self) -> str:
        return self.role


class Vouching(models.Model):
    """One colleague's word for one account, for one renewal of both; the word of who was vouched for then."""

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="vouchings",
        db_comment="class: internal. Whose account it is.",
    )
    by = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="vouchings_given",
        db_comment="class: internal. Who gave their word.",
    )
    renewal = models.PositiveIntegerField(db_comment="class: staff. The account's renewal that it is for.")
    by_renewal = models.PositiveIntegerField(db_comment="class: staff. The renewal of who gave their word.")
    given_at = models.DateTimeField(db_comment="class: staff. When the word was given, UTC.")

    class Meta:
        """One word of each colleague for each renewal."""

        constraints = [
            models.UniqueConstraint(
                fields=["person", "by", "renewal", "by_renewal"], name="vouched_for_once"
            ),
            models.CheckConstraint(condition=~models.Q(person=models.F("by")), name="vouched_by_another"),
        ]

    def __str__(self) -> str:
        return f"renewal {self.renewal}"


class Invitation(models.Model):
    """A one-time link: into a new account, or back into one whose passkey was lost."""

    class Purpose(models.TextChoices):
        """What the link is for."""

        JOIN = "join"
        RESET = "reset"

    person = models.ForeignKey(
        Person,
        on_delete=models.PROTECT,
        related_name="invitations",
        db_comment="class: internal. Who is let in.",
    )
    purpose = models.CharField(
        max_length=WORD_LENGTH, choices=Purpose.choices, db_comment="class: staff. join or reset."
    )
    token_digest = models.CharField(
        max_length=DIGEST_LENGTH,
        unique=True,
        db_comment="class: secret. SHA-256 of the link's token of 160 random bits, hexadecimal.",
    )
    made_at = models.DateTimeField(db_comment="class: staff. When the link was made, UTC.")
    expires_at = models.DateTimeField(db_comment="class: staff. Until when it lets in, UTC.")
    ended_at = models.DateTimeField(
        null=True, db_comment="class: staff. When it was used or withdrawn, UTC; empty while it stands."
    )

    def __str__(self) -> str:
        return self.purpose

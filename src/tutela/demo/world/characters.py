"""How a host behaves once its abuse desk was told about an item: one small class for each character.

Nothing here waits: what a host shows is a function of when it was told and of the time that it is now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from tutela.demo.world.answers import Answer, Request, not_found
from tutela.demo.world.contents import content
from tutela.demo.world.planted import End, Item

#: Seconds of a minute, an hour and a day.
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Look:
    """One request for one item: when its desk was ``told`` about it (in order), and what time it is."""

    item: Item
    request: Request
    now: datetime
    told: tuple[datetime, ...] = ()

    def seconds_since_told(self) -> float:
        """Seconds since the desk was first told; less than 0 where that is still to come or never was."""
        return (self.now - self.told[0]).total_seconds() if self.told else -1.0


class Character:
    """Removes what it is told to, after a while: what an obedient host does. The others differ from it."""

    #: What the manual and the table of hosts say of it.
    about: ClassVar[str] = "removes what its abuse desk is told of"
    #: How the place of an item ends about which it was told.
    end: ClassVar[End] = "removed"
    #: Seconds from being told to acting.
    delay_seconds: ClassVar[float] = 10 * MINUTE
    #: What its abuse desk answers; empty where it never answers.
    reply: ClassVar[str] = "Thank you. The content has been removed."
    #: Whether a letter to its abuse desk has any effect.
    heeds_mail: ClassVar[bool] = True

    def answer(self, look: Look) -> Answer:
        """What a request for the item gets."""
        return self.after(look) if self.has_acted(look) else shown(look.item)

    def has_acted(self, look: Look) -> bool:
        """Whether it was told long enough ago."""
        return bool(look.told) and look.seconds_since_told() >= self.delay_seconds

    def after(self, look: Look) -> Answer:
        """What the item's address shows once the host has acted."""
        return not_found()

    def front(self, look: Look) -> Answer | None:
        """What the whole host shows instead of its pages, where it shows something else by now."""
        return None


class Obedient(Character):
    """The character itself."""


class Slow(Character):
    """Removes, but days later."""

    about = "removes what it is told of, three days later"
    delay_seconds = 3 * DAY
    reply = "Nous avons bien reçu votre message. Nous répondons sous cinq jours ouvrés."


class Silent(Character):
    """Never answers and never does anything."""

    about = "never answers a letter and removes nothing"
    end = "present"
    heeds_mail = False
    reply = ""


class FormOnly(Character):
    """Takes notices by its web form alone: a letter gets the form's address as its answer."""

    about = "takes notices by its web form only; a letter is answered with the form's address"
    end = "by_hand"
    heeds_mail = False
    reply = "This mailbox is not read. Please use the form on our site, at the path /report-abuse."


def shown(item: Item, data: bytes | None = None) -> Answer:
    """The item itself, or ``data`` in its place."""
    body = content(item.making, item.seed) if data is None else data
    kind = item.content_type if data is None else "image/jpeg"
    return Answer(body=body, content_type=kind, item=item.name, showed=True)

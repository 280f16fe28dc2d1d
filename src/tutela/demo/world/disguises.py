"""Hosts that do something else than what they say: no place of theirs counts as a removal."""

from __future__ import annotations

from typing import ClassVar

from tutela.demo.world.answers import Answer, not_found, page
from tutela.demo.world.characters import DAY, Character, Look, Silent, shown
from tutela.demo.world.contents import content


class Reencodes(Character):
    """Says that it has removed, and shows the same picture in other bytes."""

    about = "says that it has removed, and shows the same picture in other bytes"
    end = "altered"
    reply = "Die Datei wurde entfernt."

    def after(self, look: Look) -> Answer:
        """The same picture, newly compressed."""
        return shown(look.item, content("re-encoded", look.item.seed))


class SaysRemoved(Character):
    """Answers 200 with a page that says "removed"."""

    about = "shows a page that says *removed*, with status 200"
    end = "soft_404"
    reply = "El contenido ha sido eliminado."

    def after(self, look: Look) -> Answer:
        """The page."""
        return page("Content removed", "This content has been removed because it broke our rules.")


class GeoBlocks(Character):
    """Refuses those who ask from one place and shows it to everybody else."""

    about = "refuses whoever asks from the hotline's own country, and shows it to the others"
    end = "geo_blocked"
    reply = "O conteúdo já não está disponível no seu país."
    #: Addresses that count as the hotline's own country: the first vantage point, and none at all.
    refused: ClassVar[frozenset[str]] = frozenset({"127.78.0.1", "127.0.0.1"})

    def after(self, look: Look) -> Answer:
        """451 to the hotline's country, the item to others."""
        if look.request.source in self.refused:
            return page("Unavailable", "This content is not available in your country.", status=451)
        return shown(look.item)


class BotWall(Character):
    """Puts a challenge before it that no machine passes; a browser that kept its cookie does."""

    about = "puts a challenge page before everything; whoever brings its cookie sees what was there"
    end = "bot_wall"
    #: Name and value of the cookie that the challenge gives to a browser that ran its script.
    cookie: ClassVar[str] = "passed=1"

    def after(self, look: Look) -> Answer:
        """The challenge, or what is behind it."""
        return self._challenge() if self._is_machine(look) else shown(look.item)

    def front(self, look: Look) -> Answer | None:
        """The challenge stands before its pages too."""
        return self._challenge() if self.has_acted(look) and self._is_machine(look) else None

    def _is_machine(self, look: Look) -> bool:
        return self.cookie not in look.request.headers.get("cookie", "")

    def _challenge(self) -> Answer:
        script = f"<script>document.cookie='{self.cookie}';location.reload()</script>"
        return page("Just a moment", "Checking that you are human." + script, status=403)


class Parks(Character):
    """Gives up its domain, which shows advertisements from then on."""

    about = "gives up its domain a day later; every address of it shows a parking page with status 200"
    end = "parked"
    delay_seconds = DAY
    reply = "The customer's contract has been ended."

    def after(self, look: Look) -> Answer:
        """The parking page."""
        return page(
            f"{look.request.host} is for sale",
            "This domain is parked. Buy this domain. Related searches: insurance, travel, shoes.",
        )

    def front(self, look: Look) -> Answer | None:
        """The parking page, at every address."""
        return self.after(look) if self.has_acted(look) else None


class Moves(Character):
    """Moves the picture to another host, and redirects there."""

    about = "moves the picture to another host and redirects to it"
    end = "moved"
    reply = "O conteúdo foi removido."
    #: The host that takes it in.
    where: ClassVar[str] = "cellar.test"

    def after(self, look: Look) -> Answer:
        """A redirect to the same path at the other host."""
        port = look.request.headers.get("host", "").rpartition(":")[2]
        return Answer(status=302, headers=(("Location", f"http://{self.where}:{port}{look.item.path}"),))


class ComesBack(Character):
    """Removes, brings it back ten days later, and heeds nobody from then on."""

    about = "removes what it is told of, brings it back ten days later, and heeds no second letter"
    end = "reappeared"
    #: Seconds for which it stays away.
    away_seconds: ClassVar[float] = 10 * DAY

    def has_acted(self, look: Look) -> bool:
        """Whether it is away at this moment."""
        return super().has_acted(look) and look.seconds_since_told() < self.delay_seconds + self.away_seconds


class NeedsReferrer(Silent):
    """Shows its content only to those who come from the right page, and heeds nobody."""

    about = "shows its pictures only to whoever comes from the right page, 404 to others; heeds nobody"

    def answer(self, look: Look) -> Answer:
        """The picture to those who come from the right page, to others what looks like a removal."""
        return shown(look.item) if self._comes_from_there(look) else not_found()

    def _comes_from_there(self, look: Look) -> bool:
        """Whether the right page, or the host's own one, is named as referrer."""
        named = look.request.headers.get("referer", "")
        own = f"http://{look.request.headers.get('host', '')}/"
        return named in {look.item.referrer, own} if named else False

"""What needs no passphrase: signing in, the emergency stop, the card after a block, the language.

Nothing here says what the page is for, but for what the person chose to have at hand after a block.
"""

from __future__ import annotations

from collections.abc import Mapping

from tutela.kernel.errors import Refused, TutelaError, Unavailable
from tutela.kernel.help import countries, is_country
from tutela.prevent.guard.page import wording
from tutela.prevent.guard.page.answering import COUNTRY, LANGUAGE, Answer
from tutela.prevent.guard.page.helplines import AT_ONCE, groups
from tutela.prevent.guard.page.rendering import sheet
from tutela.prevent.guard.page.shapes import State
from tutela.prevent.guard.page.site import Site
from tutela.prevent.guard.page.wishes import wishes_of
from tutela.prevent.guard.person import stopping
from tutela.prevent.guard.person.waits import LEAVING, Waits
from tutela.prevent.guard.person.words import LANGUAGES

#: Letters of a passphrase that is tried at most (our own).
PASSPHRASE_CHARACTERS_MAX = 1024
#: The key that opens the card after a block, with the keys that the browser wants besides.
AFTER_KEY = "X"
#: What is said of each state.
SENTENCES: Mapping[State, str] = {"on": "told.running", "paused": "told.paused", "stopped": "told.stopped"}


def after_block(site: Site) -> str:
    """What the person chose for after a block; nothing where that cannot be read."""
    try:
        return site.choices.look()[0].after_block
    except TutelaError:
        return "nothing"


class Open(Answer):
    """A page that anybody with this account may see."""

    needs_session = False


class Front(Open):
    """The first page: how it is, for the person; the field for the passphrase, for anybody else."""

    def get(self) -> None:
        """Tornado's own."""
        if self.session is None:
            self.show_front()
        else:
            self._show_home()

    def show_front(self, wrong: str = "", status: int = 200) -> None:
        """Ask for the passphrase."""
        self.show(
            "front",
            status=status,
            heading=self.site.name,
            said=self.asked_to_say("page.stopped_unsaved"),
            wrong=wrong,
            after=after_block(self.site) != "nothing",
            after_key=AFTER_KEY,
        )

    def _show_home(self) -> None:
        policy, waits = self.site.choices.look()
        self.show(
            "home",
            said=self.asked_to_say("page.stopped_unsaved", "page.done", "choose.saved"),
            state=self._state(waits),
            troubles=self._troubles(waits),
            wishes=wishes_of(self.words, waits, self.site.clock.now()),
            after=policy.after_block != "nothing",
            after_key=AFTER_KEY,
        )

    def _state(self, waits: Waits) -> str:
        minutes = wording.pause_minutes_left(waits)
        return self.say(SENTENCES[self.site.running.state()], name=self.site.name, minutes=minutes)

    def _troubles(self, waits: Waits) -> list[str]:
        said = [self.say(f"told.{one}") for one in self.site.running.troubles()]
        consent, leaving = self.site.consent, waits.find(LEAVING)
        days = self.site.running.certificate_days()
        if self.site.choices_damaged:
            said.append(self.say("page.choices_damaged"))
        if days is not None:
            said.append(self.say("told.certificate_due", name=self.site.name, days=days))
        if consent is None or not consent.current:
            said.append(self.say("told.consent_changed"))
        if leaving is not None and leaving.ready:
            said.append(self.say("told.ready_to_leave", name=self.site.name))
        return said


class SignIn(Front):
    """The passphrase is tried. One at a time, and slower after each wrong one."""

    async def post(self) -> None:
        """Tornado's own."""
        passphrase = self.in_form("passphrase")[:PASSPHRASE_CHARACTERS_MAX]
        async with self.site.one_try:
            seconds = self.site.slowing.left_seconds(self.now_seconds)
            if seconds:
                self.show_front(self.say("page.early", seconds=seconds), status=429)
                return
            try:
                private = await self.aside(self.site.keys.open, passphrase)
            except Refused:
                seconds = self.site.slowing.wrong(self.now_seconds)
                self.show_front(self.say("page.wrong", seconds=seconds), status=403)
                return
        self.site.slowing.right()
        self.site.sessions.begin(self.new_visit(), private, self.now_seconds)
        self.go("/")

    def new_visit(self) -> str:
        """A new visit, under which the session is kept: the one from before is nobody's any more."""
        self.site.sessions.end(self.visit)
        self.visit = super().new_visit()
        return self.visit


class Lock(Open):
    """The session is ended."""

    def post(self) -> None:
        """Tornado's own."""
        self.site.sessions.end(self.visit)
        self.new_visit()
        self.go("/")


class Stop(Open):
    """The emergency stop: it works first, and is kept afterwards."""

    def post(self) -> None:
        """Tornado's own."""
        self.site.running.stop_now()
        try:
            with self.site.folder.alone():  # a folder that is gone does not come back
                stopping.stop(self.site.folder, self.site.device_clock.read())
        except Unavailable:
            self.go("/?said=page.stopped_unsaved")
            return
        self.site.running.policy_changed()  # from here on the folder says when it is over
        self.go("/")


class Start(Open):
    """Started again: tightening, at once."""

    def post(self) -> None:
        """Tornado's own."""
        stopping.start_again(self.site.folder)
        self.site.running.start_again()
        self.go("/")


class After(Open):
    """The card after a block: what the person chose to have at hand, and not a word about a block."""

    def get(self) -> None:
        """Tornado's own."""
        chosen = after_block(self.site)
        country = self.in_address("country", self.get_cookie(COUNTRY, "") or "")
        country = country if is_country(country) else ""
        if country:
            self.keep_cookie(COUNTRY, country)
        self.show(
            "after",
            chosen=chosen,
            groups=groups(country, kinds=AT_ONCE) if chosen == "helpline" else (),
            country=country,
            countries=countries(self.words.language),
        )


class Language(Open):
    """The language is chosen, and the page shown again from which that was done."""

    def get(self) -> None:
        """Tornado's own."""
        wanted, back = self.in_address("to"), self.in_address("back")
        if wanted in LANGUAGES:
            self.keep_cookie(LANGUAGE, wanted)
        self.go(back if back in self.application.settings["paths"] else "/")


class Sheet(Open):
    """The style sheet."""

    def get(self) -> None:
        """Tornado's own."""
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(sheet())


class Icon(Open):
    """No icon: one would tell what is open."""

    def get(self) -> None:
        """Tornado's own."""
        self.set_status(204)

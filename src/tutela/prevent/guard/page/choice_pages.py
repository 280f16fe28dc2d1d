"""Choices, pause and leaving: what is asked for, what it would change, what waits."""

from __future__ import annotations

from typing import get_args

from tutela.kernel.errors import Invalid, Refused
from tutela.prevent.guard.page import models
from tutela.prevent.guard.page.answering import Answer
from tutela.prevent.guard.page.forms import fields_of, policy_of
from tutela.prevent.guard.page.wishes import of_policy, wish_of, wishes_of
from tutela.prevent.guard.page.wording import change_said, delay_said, later_said, value_said
from tutela.prevent.guard.person import delays
from tutela.prevent.guard.person.counters import forget_counts
from tutela.prevent.guard.person.diary import forget_entries
from tutela.prevent.guard.person.loosening import changes
from tutela.prevent.guard.person.policy import (
    HOSTS_MAX,
    AfterBlock,
    DelayHours,
    Films,
    Policy,
    Segments,
    Sign,
)
from tutela.prevent.guard.person.waits import LEAVING, PAUSE, PAUSE_MINUTES

#: Each choice of several, with its values in their order.
_SEVERAL = {
    "films": get_args(Films),
    "segments": get_args(Segments),
    "delay_hours": get_args(DelayHours),
    "after_block": get_args(AfterBlock),
    "sign": get_args(Sign),
}
#: The words of the commands that end and begin it all; what stands before them is not named on any page.
LEAVE_WORD, SETUP_WORD = "leave", "setup"


class Choices(Answer):
    """The choices, and what would change by others."""

    def get(self) -> None:
        """Tornado's own."""
        policy, _ = self.site.choices.look()
        self._show(policy, dict(fields_of(policy)))

    def post(self) -> None:
        """Tornado's own: shows what would change, and changes nothing."""
        fields = self.fields()
        policy, waits = self.site.choices.look()
        try:
            wanted = policy_of(fields)
            held, after = delays.ask_policy(policy, wanted, waits, self.site.device_clock.read())
        except (Invalid, Refused) as error:
            self._show(policy, fields, self._wrong(error), status=422)
            return
        missing = models.missing(policy, wanted, self.site.folder)
        if missing:
            self._show(policy, fields, self.say(missing), status=422)
            return
        now = self.site.clock.now()
        self.show(
            "preview",
            heading=self.say("choose.preview"),
            fields=fields_of(wanted),
            at_once=[said for one in changes(policy, held) for said in change_said(self.words, one)],
            later=[wish_of(self.words, one, now) for one in of_policy(after.waiting)],
            erased=wanted.keep_nothing and not policy.keep_nothing,
        )

    def fields(self) -> dict[str, str]:
        """What the form says of the policy."""
        return {name: self.in_form(name) for name in Policy.__dataclass_fields__}

    def _show(self, policy: Policy, fields: dict[str, str], wrong: str = "", status: int = 200) -> None:
        self.show(
            "choices",
            status=status,
            wrong=wrong,
            fields=fields,
            several={
                field: [(str(value), self._option(field, value)) for value in values]
                for field, values in _SEVERAL.items()
            },
            delay=delay_said(self.words, policy.delay_hours),
        )

    def _option(self, field: str, value: object) -> str:
        if field == "delay_hours":
            return self.say(f"choices.delay_{value}")
        return value_said(self.words, field, value)

    def _wrong(self, error: Invalid | Refused) -> str:
        if isinstance(error, Invalid) and error.field == "host":
            return self.say("choose.bad_host", host=error.message)
        if isinstance(error, Refused) or error.field == "many":
            return self.say("choose.too_many", number=HOSTS_MAX)
        return self.say("page.old_form")


class Save(Choices):
    """The choices are asked for: what tightens holds, what loosens waits."""

    def post(self) -> None:
        """Tornado's own."""
        before = self.site.choices.policy()
        wanted = policy_of(self.fields())
        if models.missing(before, wanted, self.site.folder):
            raise Refused("this model is not there")
        held, _ = self.site.choices.ask(wanted)
        self.site.running.policy_changed()
        if held.keep_nothing and not before.keep_nothing:
            forget_counts(self.site.folder)
            forget_entries(self.site.folder)
        self.go("/?said=choose.saved")


class TakeBack(Answer):
    """A wish is taken back: tightening, at once."""

    def post(self) -> None:
        """Tornado's own."""
        key = (self.in_form("field"), self.in_form("host"))
        self.site.choices.take_back(key)
        self.site.running.policy_changed()
        self.go("/?said=page.done")


class Pause(Answer):
    """A pause is asked for, begun once it has waited, and ended."""

    def get(self) -> None:
        """Tornado's own."""
        policy, waits = self.site.choices.look()
        wish = waits.find(PAUSE)
        self.show(
            "pause",
            delay=delay_said(self.words, policy.delay_hours),
            minutes=PAUSE_MINUTES,
            paused=waits.pause is not None,
            ready=wish is not None and wish.ready,
            wishes=[one for one in wishes_of(self.words, waits, self.site.clock.now()) if one.field == PAUSE],
        )

    def post(self) -> None:
        """Tornado's own."""
        does = self.in_form("does")
        if does == "ask":
            self.site.choices.ask_pause(self._minutes())
        elif does == "begin":
            self.site.choices.start_pause()
        else:
            self.site.choices.end_pause()
        self.site.running.policy_changed()
        self.go("/pause")

    def _minutes(self) -> int:
        """The minutes of the form. Raises Invalid for others than are offered."""
        asked = self.in_form("minutes")
        if asked not in map(str, PAUSE_MINUTES):
            raise Invalid("one of those that are offered", field="minutes")
        return int(asked)


class Leaving(Answer):
    """Leaving is asked for here; the command of the set-up does it."""

    def get(self) -> None:
        """Tornado's own."""
        policy, waits = self.site.choices.look()
        wish = waits.find(LEAVING)
        self.show(
            "leaving",
            delay=delay_said(self.words, policy.delay_hours),
            asked=wish is not None,
            ready=wish is not None and wish.ready,
            when=later_said(self.site.clock.now(), wish.left_seconds) if wish else "",
            word=LEAVE_WORD,
            first=SETUP_WORD,
        )

    def post(self) -> None:
        """Tornado's own."""
        self.site.choices.ask_leaving()
        self.go("/leaving")

"""The life of a notice, as a table: which event leads from which state to which. Pure.

Exactly-once mail does not exist (RFC 1047): between the server's taking of a message and our hearing of it
lies a moment after which nobody here can know. A notice that was interrupted there is ``in_doubt`` and waits
for evidence or for a person (fault-injection.md section 4). No event in this table is a timer's: nothing goes
back to ``queued`` because time has passed.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

from tutela.kernel.errors import Conflict
from tutela.kernel.log import declare_words

State = Literal["queued", "sending", "sent", "failed", "in_doubt", "withdrawn"]
Event = Literal[
    "claimed",
    "accepted", "temporary", "permanent", "unknown",
    "abandoned",
    "trace_accepted", "trace_absent", "trace_bounced", "bounced",
    "person_sends_again", "person_leaves",
    "withdrawn", "content_gone", "content_changed", "recipient_changed",
    "restored",
]  # fmt: skip

STATES: tuple[State, ...] = get_args(State)
EVENTS: tuple[Event, ...] = get_args(Event)

declare_words("queued", "sending", "sent", "failed", "in_doubt", "withdrawn")
declare_words("claimed", "accepted", "temporary", "permanent", "unknown", "abandoned", "bounced")
declare_words("trace_accepted", "trace_absent", "trace_bounced", "person_sends_again", "person_leaves")
declare_words("restored", "content_gone", "content_changed")

#: (state, event) -> state. What is not here cannot happen.
TRANSITIONS: Mapping[tuple[State, Event], State] = MappingProxyType(
    {
        ("queued", "claimed"): "sending",
        ("queued", "withdrawn"): "withdrawn",
        # the look before it goes out: it would say what is no longer so
        ("queued", "content_gone"): "withdrawn",
        ("queued", "content_changed"): "withdrawn",
        # the look-up before it goes out: somebody else has the place now
        ("queued", "recipient_changed"): "withdrawn",
        # what the mail server answered to this attempt
        ("sending", "accepted"): "sent",
        ("sending", "temporary"): "queued",
        ("sending", "permanent"): "failed",
        ("sending", "unknown"): "in_doubt",
        # found by recovery: whoever was sending it is no more
        ("sending", "abandoned"): "in_doubt",
        # the database came back from a backup: it may have gone out since
        ("queued", "restored"): "in_doubt",
        ("sending", "restored"): "in_doubt",
        # the attempt was believed dead and speaks after all, with its token
        ("in_doubt", "accepted"): "sent",
        ("in_doubt", "temporary"): "queued",
        ("in_doubt", "permanent"): "failed",
        ("in_doubt", "unknown"): "in_doubt",
        # evidence: the mail server's own queue and log, a bounce
        ("in_doubt", "trace_accepted"): "sent",
        ("in_doubt", "trace_absent"): "queued",
        ("in_doubt", "trace_bounced"): "failed",
        ("in_doubt", "bounced"): "failed",
        ("sent", "bounced"): "failed",
        # a person
        ("in_doubt", "person_sends_again"): "queued",
        ("in_doubt", "person_leaves"): "sent",
        ("failed", "person_sends_again"): "queued",
        ("failed", "withdrawn"): "withdrawn",
    }
)
#: States in which the notice may still go out, or may have gone out without our knowing.
UNCONFIRMED: tuple[State, ...] = ("queued", "sending", "in_doubt")
#: What a mail server's answer is called, as an event.
ANSWERS: tuple[Event, ...] = ("accepted", "temporary", "permanent", "unknown")


def next_state(state: str, event: Event) -> State:
    """The state that ``event`` leads to. Raises Conflict where the notice has moved on meanwhile."""
    for (origin, happening), target in TRANSITIONS.items():
        if origin == state and happening == event:
            return target
    raise Conflict(f"the notice is {state.replace('_', ' ')} by now; look again")

"""Sending what the person saw, once they said yes to exactly those bytes; and taking back what was sent.

This is the only module of the guard's own that speaks to anybody, and it speaks only while a command of the
person runs (``tutela guard pilot send`` or ``leave --take-back``): nothing imports it to run by itself.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from tutela.kernel.egress.posting import Answer, Post
from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.pilot.state import State
from tutela.prevent.guard.pilot.taking_part import Device, check_open, sent
from tutela.prevent.guard.pilot.wire import back_frame, report_frame

#: What is said of the bytes: nothing.
_HEADERS: Mapping[str, str] = {"content-type": "application/octet-stream"}


def digest_of(report: bytes) -> str:
    """What the person repeats to agree to these bytes: SHA-256, 64 hexadecimal digits."""
    return hashlib.sha256(report).hexdigest()


def send_shown(device: Device, agreed_digest: str, post: Post) -> State:
    """The state once what was shown and agreed to has gone. What was lost on the way goes again as the same
    bytes, which the clinic counts once. Raises Refused, Unavailable.
    """
    state = device.state()
    check_open(device, state)
    frame = frame_for(state, agreed_digest)
    device.keep(replace(state, frame=frame))
    send(state, frame, post)
    return sent(device, state)


def frame_for(state: State, agreed_digest: str) -> bytes:
    """The bytes that go for the report that was shown; the same ones when it is sent again.

    Raises Refused where nothing was shown, or something else than what was agreed to.
    """
    if not state.shown:
        raise Refused("look at what would be sent first: tutela guard pilot show")
    if agreed_digest.strip().lower() != digest_of(state.shown):
        raise Refused("this is not the digest of what was shown last; nothing was sent")
    if state.frame:
        return state.frame
    study, code = state.study, state.code
    return report_frame(
        state.shown, token=code.token, retraction=state.retraction, study=study.name, opens=study.keys.opens
    )


def send(state: State, frame: bytes, post: Post) -> None:
    """Return once the server has the frame for good. Raises Refused, Unavailable."""
    answer = post(state.study.destination, _HEADERS, frame)
    if _receipt(answer) != hashlib.sha256(frame).hexdigest():
        raise Unavailable("the study's server gave no receipt; nothing is lost, send it again later")


def take_back(state: State, post: Post) -> int:
    """How many reports the server took away: all that this device sent. Raises Refused, Unavailable."""
    frame = back_frame(token=state.code.token, retraction=state.retraction)
    taken = _said(post(state.study.destination, _HEADERS, frame)).get("taken_back")
    if type(taken) is not int:
        raise Unavailable("the study's server did not say that it took them back; ask again later")
    return taken


def _receipt(answer: Answer) -> object:
    return _said(answer).get("receipt")


def _said(answer: Answer) -> Mapping[str, object]:
    if answer.status == 404:
        raise Refused(
            "the study's server does not know your code, or has enough reports of it; ask the clinic"
        )
    try:
        said = json.loads(answer.untrusted_body)
    except (ValueError, RecursionError):
        said = None
    if answer.status not in (200, 201) or not isinstance(said, dict):
        raise Unavailable("the study's server did not take it; nothing is lost, send it again later")
    return said

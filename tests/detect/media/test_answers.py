"""Frames as a worker sends them."""

from __future__ import annotations

import socket

import numpy as np

from tutela.detect.media import protocol
from tutela.detect.media.answers import Answers
from tutela.detect.media.nursery import Patience, Worker
from tutela.detect.media.shapes import Ask, MediaFacts, ShownForm


def test_frames_arrive_in_order_and_together() -> None:
    ours, theirs = socket.socketpair()
    with theirs:
        answers = Answers(theirs.fileno())
        answers.digests(protocol.Digests(size_bytes=1, md5=bytes(16), sha1=bytes(20), sha256=bytes(32)))
        for number in range(9):
            luma = np.full((64, 64), number, np.float32)
            answers.form(
                ShownForm(form=f"f{number}/r0", frame=number, full_width=8, full_height=8, luma64=luma)
            )
        answers.facts(MediaFacts(container="png"))
        answers.trouble("refused", "frames")
        answers.end(1_234)
        worker = Worker(ours)
        found = [worker.read_frame(Patience(5), protocol.PAYLOAD_MAX) for _ in range(13)]
        worker.close()
    types = [protocol.DIGESTS, *[protocol.FORM] * 9, protocol.FACTS, protocol.TROUBLE, protocol.END]
    assert [frame_type for frame_type, _ in found] == types
    assert protocol.parse_form(found[9][1], ask=Ask()).form == "f8/r0"
    assert protocol.parse_trouble(found[11][1]).reason == "more frames than the limit"

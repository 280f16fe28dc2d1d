from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.takedown.making import HEAD
from tutela.hotline.takedown.attempts import Attempt, Carried
from tutela.hotline.takedown.rendering import render_notice
from tutela.kernel.ids import new_id

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)


def attempt(**facts: Any) -> Attempt:
    carried = Carried(
        notice=new_id("ntc_"), sighting=new_id("sgt_"), url_sealed=b"s", sha256="a" * 64, seen_at=NOW
    )
    made: dict[str, Any] = {
        "letter": new_id("ltr_"), "token": 1, "number": 1, "message_id": "<msg_one@hotline.test>",
        "address": "abuse@host.test", "host": "host.test", "retracts": "", "retracts_message_id": "",
        "notices": (carried,),
    }  # fmt: skip
    return Attempt(**(made | facts))


def test_a_notice_says_what_where_when_and_how_to_ask_back() -> None:
    made = attempt()
    message = message_from_bytes(
        render_notice(made, ["https://host.test/a?b=1"], HEAD, now=NOW).content, policy=default
    )
    body = message.get_content()
    for part in ("https://host.test/a?b=1", "a" * 64, "2026-05-04T03:02:01Z", made.notices[0].notice,
                 made.message_id,
                 f"http://127.0.0.1:8700/verify/{made.letter}", "answer this message"):  # fmt: skip
        assert part in body
    assert message["Message-ID"] == made.message_id and message["Auto-Submitted"] == "auto-generated"


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_whatever_an_address_holds_it_adds_no_header_and_no_recipient(url: str) -> None:
    letter = render_notice(attempt(), ["https://host.test/" + url], HEAD, now=NOW)
    message = message_from_bytes(letter.content, policy=default)
    assert sorted(message.keys()) == sorted(
        ["From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "Content-Type",
         "Content-Transfer-Encoding", "MIME-Version"]
    )  # fmt: skip
    assert message["To"] == "abuse@host.test" == str(letter.recipient)


@pytest.mark.parametrize("length", [100, 998, 8_000])
def test_a_long_address_arrives_whole(length: int) -> None:
    url = "https://host.test/" + "x" * length
    content = render_notice(attempt(), [url], HEAD, now=NOW).content
    assert url in message_from_bytes(content, policy=default).get_content()
    assert max(map(len, content.split(b"\r\n"))) <= 998

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hotline.takedown.making import HEAD
from tutela.hotline.takedown.attempts import Attempt, Carried, Terms
from tutela.hotline.takedown.letterhead import Manner
from tutela.hotline.takedown.rendering import render_letter
from tutela.kernel.egress.mail_addresses import parse_mail_address
from tutela.kernel.errors import Invalid
from tutela.kernel.ids import new_id
from tutela.share.notices.contents import Digests
from tutela.share.notices.tables import parse_table
from tutela.share.notices.xarf import parse_xarf

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
URL = "https://host.test/a?b=1"
TERMS = Terms(
    consequence="notice_known", legal_class="csam", rung="hoster", is_proxy=False, country="DE", digests=""
)


def carried(**facts: Any) -> Carried:
    made: dict[str, Any] = {
        "notice": new_id("ntc_"), "sighting": new_id("sgt_"), "url_sealed": b"s", "sha256": "a" * 64,
        "first_seen_at": NOW - timedelta(hours=2), "seen_at": NOW, "network_number": 64500, "country": "NL",
    }  # fmt: skip
    return Carried(**(made | facts))


def attempt(*places: Carried, **facts: Any) -> Attempt:
    made: dict[str, Any] = {
        "letter": new_id("ltr_"), "token": 1, "number": 1, "message_id": "<msg_one@hotline.test>",
        "address": "abuse@host.test", "host": "host.test", "language": "en", "retracts": "",
        "terms": TERMS, "notices": places or (carried(),),
    }  # fmt: skip
    return Attempt(**(made | facts))


def message(made: Attempt, *urls: str, manner: Manner | None = None) -> EmailMessage:
    letter = render_letter(made, urls or [URL], HEAD, manner or Manner(country="NL"), now=NOW)
    read = message_from_bytes(letter.content, policy=default)
    assert isinstance(read, EmailMessage)
    return read


def text(read: EmailMessage) -> str:
    body = read.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def files(read: EmailMessage) -> dict[str, bytes]:
    return {str(part.get_filename()): part.get_payload(decode=True) for part in read.iter_attachments()}  # type: ignore[misc]  # bytes, since the parts are decoded


def test_a_letter_says_what_where_when_and_under_which_numbers() -> None:
    places = carried(), carried(sha256="b" * 64)
    made = attempt(*places)
    read = message(made, URL, "https://host.test/second")
    said = text(read)
    for part in (URL, "https://host.test/second", "a" * 64, "2026-05-04 03:02 UTC", "2026-05-04 01:02 UTC",
                 "AS64500 NL", places[0].notice, places[1].notice, made.message_id, "byte for byte",
                 f"http://127.0.0.1:8700/verify/{made.letter}", "§ 184b", "Law at our place"):  # fmt: skip
        assert part in said
    assert made.letter in read["Subject"] and read["Message-ID"] == made.message_id
    attached = files(read)
    rows = parse_table(attached["addresses.csv"].decode())
    assert [row.notice for row in rows] == [place.notice for place in places]
    assert parse_xarf(attached["xarf-002.json"]).notice == places[1].notice


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"consequence": "notice_unknown"}, "Trained people of our hotline have assessed it."),
        ({"consequence": "notice_second_hash"}, "Trained people of our hotline have assessed it."),
        ({"legal_class": "exploitative"}, "exploits a child sexually"),
        ({"legal_class": ""}, "shows the sexual abuse of a child"),
        ({"rung": "registrar"}, "through whom the domain name was registered"),
        ({"is_proxy": True}, "tell us where the content is stored"),
        (
            {
                "reminder": 2,
                "first_sent": NOW - timedelta(days=3),
                "first_message_id": "<msg_a@hotline.test>",
            },
            "reminder number 2",
        ),
        (
            {"order_authority": "A Court", "order_base": "Act, 3", "order_until": NOW},
            "By order of A Court under Act, 3",
        ),
    ],
    ids=range(8),
)
def test_terms_become_words(terms: dict[str, Any], said: str) -> None:
    read = message(attempt(terms=replace(TERMS, **terms)))
    assert said in text(read)
    assert ("In-Reply-To" in read) is ("reminder" in terms)


def test_a_letter_is_in_the_recipients_language_under_its_law() -> None:
    said = text(message(attempt(language="de"), manner=Manner()))
    assert "Guten Tag" in said and "§ 184b" in said and "Strafrecht" not in said


@pytest.mark.parametrize(
    ("house", "recipient", "in_text", "in_report"),
    [("letter", "", True, False), ("none", "", False, False), ("machine", "", True, True),
     ("none", "machine", True, True), ("machine", "none", False, False)],
)  # fmt: skip
def test_digests_are_told_as_the_house_says_and_the_recipient_agreed(
    house: Digests, recipient: str, *, in_text: bool, in_report: bool
) -> None:
    read = message(attempt(terms=replace(TERMS, digests=recipient)), manner=Manner(digests=house))
    assert ("a" * 64 in text(read)) is in_text
    assert (b"a" * 64 in files(read)["xarf.json"]) is in_report


def test_what_takes_a_notice_back_names_its_number_and_no_address() -> None:
    notice = new_id("ntc_")
    made = attempt(retracts=notice, terms=replace(TERMS, first_message_id="<msg_a@hotline.test>"))
    read = message(made, URL)
    assert notice in read["Subject"] and notice in text(read) and "host.test/a" not in read.as_string()
    assert read["In-Reply-To"] == "<msg_a@hotline.test>" and not files(read)
    assert "In-Reply-To" not in message(attempt(retracts=notice))


def test_a_letter_for_trial_goes_to_the_house_and_says_so() -> None:
    trial = Manner(test_mailbox=parse_mail_address("tester@hotline.test"))
    for made in (attempt(), attempt(retracts=new_id("ntc_"))):
        read = message(made, manner=trial)
        assert read["To"] == "tester@hotline.test" and read["Subject"].startswith("[TEST]")
        assert "abuse@host.test" in text(read)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_whatever_an_address_holds_it_adds_no_header_and_no_recipient(path: str) -> None:
    try:
        read = message(attempt(), "https://host.test/" + path)
    except Invalid:
        return
    assert set(read.keys()) == {"From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted",
                                "Content-Type", "MIME-Version"}  # fmt: skip
    assert read["To"] == "abuse@host.test"


@pytest.mark.parametrize("length", [100, 998, 2_000])
def test_a_long_address_arrives_whole(length: int) -> None:
    url = "https://host.test/" + "x" * length
    letter = render_letter(attempt(), [url], HEAD, Manner(), now=NOW)
    assert url in text(message_from_bytes(letter.content, policy=default))
    assert max(map(len, letter.content.split(b"\r\n"))) <= 998

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.share.notices import telling as make
from tutela.kernel.errors import Invalid
from tutela.share.notices.contents import SIGHTINGS_MAX, Law, Order

#: What must never reach a header or a line of the letter.
BREAKS = (
    "a\r\nBcc: evil@evil.test",
    "a\nb",
    "a\x0bb",
    "a\u2028b",
    "a\u202eb",
    "a\u200bb",
    "",
    "  ",
    "x" * 400,
)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("notice", "itm_1"),
        ("notice", "ntc_1\r\nBcc: evil@evil.test"),
        ("message_id", "<a@hotline.test>\r\nX: y"),
        ("message_id", "<a b@hotline.test>"),
        ("message_id", "a@hotline.test"),
        ("verify_token", "../../account"),
        ("verify_token", "short"),
        ("language", "en\r\n"),
        ("language", ""),
        ("sightings", ()),
        ("legal_class", ""),
        ("legal_class", "spam"),
    ],
)
def test_a_notice_is_checked_when_it_is_made(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as told:
        make.content(**{field: value})
    assert told.value.field == field


def test_a_notice_names_so_many_addresses_and_no_more() -> None:
    assert len(make.content(sightings=(make.sighting(),) * SIGHTINGS_MAX).sightings) == SIGHTINGS_MAX
    with pytest.raises(Invalid):
        make.content(sightings=(make.sighting(),) * (SIGHTINGS_MAX + 1))


def test_the_notifier_is_left_out_for_abuse_of_children_only() -> None:
    assert not make.content(names_notifier=False).names_notifier
    assert not make.content(names_notifier=False, legal_class="generated_csam").names_notifier
    with pytest.raises(Invalid):
        make.content(names_notifier=False, legal_class="adult_ncii")


@pytest.mark.parametrize("value", BREAKS, ids=range(len(BREAKS)))
def test_what_stands_on_a_line_is_one_printable_line(value: str) -> None:
    for broken in (
        lambda: make.head(name=value),
        lambda: Order(authority=value, legal_base="b", deadline=make.NOW),
        lambda: Order(authority="a", legal_base=value, deadline=make.NOW),
        lambda: Law(country="NL", citation=value or " "),
        lambda: make.head(appeal=value or " "),
    ):
        with pytest.raises(Invalid):
            broken()


@pytest.mark.parametrize("url", ["https://hotline.test/", "hotline.test", "ftp://hotline.test", ""])
def test_the_root_of_the_public_pages_is_a_url_without_a_slash(url: str) -> None:
    with pytest.raises(Invalid) as told:
        make.head(public_url=url)
    assert told.value.field == "public_url"


def test_times_have_a_zone_and_an_order() -> None:
    naive = datetime(2026, 5, 4)
    for broken in (
        lambda: make.sighting(first_seen=naive),
        lambda: make.sighting(last_seen=naive),
        lambda: make.sighting(first_seen=make.NOW + timedelta(days=1)),
        lambda: Order(authority="a", legal_base="b", deadline=naive),
    ):
        with pytest.raises(Invalid):
            broken()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sha256", "5A" * 32),
        ("sha256", "5a"),
        ("network_number", 0),
        ("network_number", 1 << 32),
        ("country", "nl"),
    ],
)
def test_a_sighting_is_checked_when_it_is_made(field: str, value: Any) -> None:
    with pytest.raises(Invalid) as told:
        make.sighting(**{field: value})
    assert told.value.field == field


def test_a_reminder_is_counted_from_one_and_names_the_first_letter() -> None:
    with pytest.raises(Invalid):
        make.reminder(0)
    with pytest.raises(Invalid):
        replace(make.reminder(), first_message_id="<a>")


def test_a_retraction_names_a_notice() -> None:
    with pytest.raises(Invalid):
        make.retraction(retracts="ntc_1")
    with pytest.raises(Invalid):
        make.retraction(retracts_message_id="<a>")
    assert make.retraction(retracts_message_id="").retracts == make.EARLIER


def test_a_place_is_numbered_by_a_notice() -> None:
    with pytest.raises(Invalid):
        make.sighting(notice="1")
    assert make.sighting(notice="").notice == ""


def test_no_address_shows_in_repr() -> None:
    assert "pictures.test" not in repr(make.content()) and "5a5a" not in repr(make.sighting())

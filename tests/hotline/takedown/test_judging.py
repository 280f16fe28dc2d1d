from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tutela.detect.fingerprints.shapes import QUALITY_MIN
from tutela.detect.matching.shapes import PDQ_DISTANCE_BITS
from tutela.hotline.takedown.judging import (
    GONE_STATUS,
    RULES,
    Control,
    Known,
    PageSigns,
    Pdq,
    Shown,
    judge,
    wants_control,
)

SHA, OTHER = "a" * 64, "b" * 64
#: A picture, and bits in which another one differs from it.
PICTURE = int("5a" * 32, 16)
MEDIUM = Known(sha256=SHA, pictures=(Pdq(value=PICTURE, quality=100),))
PAGE = Known(sha256=SHA, text_digest="t" * 64, text_simhash=0)
NOT_THERE = Shown(status=404, whole=True, size_bytes=9, sha256="c" * 64)


def picture(bits: int, *, quality: int = 100) -> Shown:
    near = Pdq(value=PICTURE ^ ((1 << bits) - 1), quality=quality)
    return Shown(status=200, whole=True, size_bytes=9, sha256=OTHER, pictures=(near,))


def page(simhash: int = 0xFFFF, *, status: int = 200, **signs: object) -> Shown:
    signs = {"text_bytes": 9, "text_digest": "u" * 64, "text_simhash": simhash} | signs
    read = PageSigns(**signs)  # type: ignore[arg-type]  # the fields of it
    return Shown(status=status, whole=True, size_bytes=9, sha256=OTHER, page=read)


@pytest.mark.parametrize("status", [200, 403, 404, 500])
def test_the_same_bytes_are_present_whatever_the_status_says(status: int) -> None:
    shown = Shown(status=status, whole=True, size_bytes=9, sha256=SHA)
    assert judge(MEDIUM, shown).result == "present"
    assert judge(MEDIUM, replace(shown, elsewhere=True)).result == "moved"


def test_other_bytes_of_the_same_picture_are_altered_up_to_the_threshold_of_the_lists() -> None:
    assert judge(MEDIUM, picture(PDQ_DISTANCE_BITS)).result == "altered"
    assert judge(MEDIUM, replace(picture(3), elsewhere=True)).result == "moved"
    assert judge(MEDIUM, picture(PDQ_DISTANCE_BITS + 1)).result == "changed"


def test_a_picture_without_detail_proves_nothing() -> None:
    assert judge(MEDIUM, picture(0, quality=QUALITY_MIN - 1)).result == "changed"


@pytest.mark.parametrize("status", [401, 402, 403, 407, 429, 451, 503])
def test_a_refusal_says_something_about_us_alone(status: int) -> None:
    assert judge(MEDIUM, replace(NOT_THERE, status=status)).result == "blocked"


@pytest.mark.parametrize(
    ("shown", "reason"),
    [(page(password_field=True), "asks_password"), (page(refreshes=True), "asks_browser")],
    ids=["password", "refresh"],
)
def test_a_page_before_the_content_is_a_wall(shown: Shown, reason: str) -> None:
    judged = judge(MEDIUM, shown, Control(nothing=shown, front=shown))
    assert (judged.result, judged.reason) == ("blocked", reason)


def test_a_page_as_at_addresses_that_do_not_exist_is_a_missing_one_and_everywhere_a_parked_host() -> None:
    shown = page(media=1)
    assert wants_control(MEDIUM, shown)
    assert judge(MEDIUM, shown).result == "changed"
    assert judge(MEDIUM, shown, Control(nothing=page(0xFFFE), front=NOT_THERE)).result == "soft_missing"
    assert judge(MEDIUM, shown, Control(nothing=page(0xFFFE), front=page())).result == "parked"
    assert judge(MEDIUM, shown, Control(nothing=NOT_THERE, front=page())).result == "changed"


def test_a_page_without_pictures_where_a_picture_was_is_a_missing_one() -> None:
    assert judge(MEDIUM, page(), Control(nothing=NOT_THERE, front=NOT_THERE)).result == "soft_missing"
    assert judge(PAGE, page(), Control(nothing=NOT_THERE, front=NOT_THERE)).result == "changed"


def test_a_page_with_the_same_or_nearly_the_same_text_is_there() -> None:
    assert judge(PAGE, page(text_digest="t" * 64)).reason == "same_text"
    assert judge(PAGE, page(0b111)).reason == "near_text"
    assert judge(PAGE, page(0xFF)).result == "changed"
    nothing = page(0b111)
    assert judge(PAGE, page(0b111), Control(nothing=nothing, front=NOT_THERE)).result == "soft_missing"


@pytest.mark.parametrize("status", [0, 200, 206, 301, 500, 502])
def test_half_an_answer_says_nothing(status: int) -> None:
    assert judge(MEDIUM, Shown(status=status)).result == "unknown"
    assert judge(Known(), replace(page(), status=200)).result == "unknown"


SHOWN = st.builds(
    Shown,
    status=st.sampled_from([0, 200, 206, 301, 401, 403, 404, 410, 429, 451, 500, 503]),
    whole=st.booleans(),
    elsewhere=st.booleans(),
    size_bytes=st.integers(0, 9),
    sha256=st.sampled_from([SHA, OTHER]),
    pictures=st.sampled_from([(), (Pdq(value=PICTURE, quality=100),), (Pdq(value=0, quality=100),)]),
    page=st.sampled_from([None, page().page, page(0, media=3).page, page(refreshes=True).page]),
)
KNOWN = st.sampled_from([MEDIUM, PAGE, Known(), Known(sha256=SHA)])
CONTROL = st.none() | st.builds(Control, nothing=SHOWN, front=SHOWN)


@given(KNOWN, SHOWN, CONTROL)
def test_only_a_host_that_says_so_makes_it_gone(known: Known, shown: Shown, control: Control | None) -> None:
    judged = judge(known, shown, control)
    if judged.result == "gone":
        assert shown.status in GONE_STATUS
    if shown.whole and shown.size_bytes and shown.sha256 == known.sha256:
        assert judged.result in ("present", "moved")


@given(KNOWN, SHOWN, CONTROL)
def test_a_control_look_never_makes_or_undoes_what_is_certain(
    known: Known, shown: Shown, control: Control | None
) -> None:
    if not wants_control(known, shown):
        assert judge(known, shown, control) == judge(known, shown)
    assert judge(known, shown, control).reason in {rule.reason for rule in RULES}

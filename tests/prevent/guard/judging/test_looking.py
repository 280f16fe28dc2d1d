"""What is seen of a file by the real sandbox, and every way in which that can fail."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.pictures import animation, encoded, jpeg, landscape, moving, png
from tests.prevent.guard.judging.making import Pool, form
from tests.prevent.guard.judging.test_icons import icon_of
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Trouble
from tutela.detect.media.troubles import trouble
from tutela.prevent.guard.judging import looking
from tutela.prevent.guard.judging.looking import Look, Unseen, ask_for, look_at
from tutela.prevent.guard.shapes import HOLD_SECONDS

PICTURE = landscape(80, 320, 240)
JPEG, PNG = jpeg(PICTURE, quality=85), png(PICTURE)
GIF, APNG, WEBP, AVIF = (animation(kind, moving(PICTURE, 3)) for kind in ("GIF", "PNG", "WEBP", "AVIF"))
DAMAGED = JPEG[: len(JPEG) // 2] + bytes(64) + JPEG[len(JPEG) // 2 + 64 :]
BMP = encoded(PICTURE, "BMP")
ASK = ask_for()


@pytest.fixture(scope="module")
def pool() -> Iterator[MediaPool]:
    with MediaPool(PoolRules(recheck_share_percent=0), workers=1) as pool:
        yield pool


def seen(pool: MediaPool | Pool, content: bytes, side: int = 0) -> Look:
    look = look_at(pool, content, ask_for(side))
    assert isinstance(look, Look), look
    return look


def bomb(side: int) -> bytes:
    """A PNG that announces more pixels than any limit and holds zeros."""
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 20), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


@pytest.mark.parametrize(
    ("content", "forms"),
    [
        (JPEG, 1),
        (PNG, 1),
        (BMP, 1),
        (GIF, 3),
        (APNG, 3),
        (WEBP, 3),
        (AVIF, 3),
        (icon_of(), 2),
        (icon_of(bitmap=True), 2),
    ],
    ids=["jpeg", "png", "bmp", "gif", "apng", "webp", "avif", "ico", "ico of bitmaps"],
)
def test_every_frame_is_seen_in_eight_orientations(pool: MediaPool, content: bytes, forms: int) -> None:
    look = seen(pool, content)
    assert look.forms == forms
    assert look.prints.shape == (8 * forms, 32)
    assert not look.squares
    assert look.side_pixels == (128 if content.startswith(b"\0\0\1\0") else 320)


def test_squares_come_for_each_frame_in_the_size_asked_for(pool: MediaPool) -> None:
    look = seen(pool, GIF, side=48)
    assert [one.shape for one in look.squares] == [(48, 48, 3)] * 3
    assert len({one.tobytes() for one in look.squares}) == 3


FAILURES = {
    "nothing": (b"", "unreadable"),
    "corrupt": (JPEG[:2_000] + bytes(len(JPEG) - 2_000), "unreadable"),
    "corrupt png": (PNG[:3_000] + bytes(1_000) + PNG[4_000:], "unreadable"),
    "truncated jpeg": (JPEG[: len(JPEG) // 2], "unreadable"),
    "truncated png": (PNG[: len(PNG) // 2], "unreadable"),
    "truncated gif": (GIF[: len(GIF) // 2], "unreadable"),
    "truncated apng": (APNG[: len(APNG) * 2 // 3], "unreadable"),
    "truncated webp": (WEBP[: len(WEBP) * 2 // 3], "unreadable"),
    "truncated avif": (AVIF[: len(AVIF) * 2 // 3], "unreadable"),
    "truncated icon": (icon_of()[:-9], "unreadable"),
    "head alone": (JPEG[:3], "unreadable"),
    "bomb": (bomb(40_000), "too_large"),
    "long side": (bomb(70_000), "too_large"),
    "text": (b"<html><img src=x></html>", "unknown_kind"),
    "svg": (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "unknown_kind"),
    "film": (b"\0\0\0\x18ftypmp42" + bytes(64), "unknown_kind"),
    "archive": (b"PK\x03\x04" + bytes(64), "unknown_kind"),
    "jpeg xl": (b"\xff\x0a" + bytes(64), "unknown_kind"),
    "mislabelled": (b"\x89PNG\r\n\x1a\n" + JPEG, "unreadable"),
    "passed over damage": (DAMAGED, "unreadable"),
    "icon of a film": (b"\0\0\1\0\1\0" + struct.pack("<8xII", 400, 22) + bytes(400), "unreadable"),
}


@pytest.mark.parametrize("name", FAILURES)
def test_what_cannot_be_looked_at_is_unseen(pool: MediaPool, name: str) -> None:
    content, why = FAILURES[name]
    assert look_at(pool, content, ASK) == Unseen(why=why)  # type: ignore[arg-type]  # words of the table


def test_more_frames_than_the_limit_are_unseen(pool: MediaPool) -> None:
    noise = np.random.default_rng(3).integers(0, 256, (310, 16, 16, 3), np.uint8)
    frames = [Image.fromarray(one) for one in noise]
    assert look_at(pool, animation("GIF", frames), ASK) == Unseen(why="too_large")


def test_an_animation_that_was_not_wholly_looked_at_is_unseen() -> None:
    assert look_at(Pool([form()], frames=2), GIF, ASK) == Unseen(why="unreadable")
    assert isinstance(look_at(Pool([form()], frames=3), GIF, ASK), Look)


def test_an_answer_without_a_form_is_unseen() -> None:
    assert look_at(Pool(), JPEG, ASK) == Unseen(why="worker_failed")


def test_a_worker_that_answered_wrongly_casts_doubt() -> None:
    pool = Pool([form()], trouble=trouble("refused", "deviated"))
    assert look_at(pool, JPEG, ASK) == Unseen(why="worker_failed", doubt=True)


def test_a_form_beside_a_trouble_does_not_count() -> None:
    pool = Pool([form()], trouble=Trouble(kind="refused", reason="more frames than the limit"))
    assert look_at(pool, JPEG, ASK) == Unseen(why="too_large")


def test_one_unseen_part_of_an_icon_is_enough() -> None:
    class Second(Pool):
        def examine(self, fd, ask, sink, *, name_hint=""):  # type: ignore[no-untyped-def]  # as in Pool
            self.trouble = trouble("unreadable", "broken") if self.asked else None
            return super().examine(fd, ask, sink)

    assert look_at(Second([form()]), icon_of(), ASK) == Unseen(why="unreadable")


def test_a_form_without_detail_has_no_hash_and_keeps_its_square() -> None:
    look = seen(Pool([form(flat=True, pixels=8)]), JPEG, side=8)
    assert look.prints.shape == (0, 32)
    assert len(look.squares) == 1


def test_more_squares_than_can_be_scored_are_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(looking, "SQUARES_BYTES_MAX", 8 * 8 * 3)
    assert isinstance(look_at(Pool([form(pixels=8)]), JPEG, ask_for(8)), Look)
    assert look_at(Pool([form(pixels=8)] * 2), JPEG, ask_for(8)) == Unseen(why="too_large")


def test_no_worker_may_take_longer_than_a_picture_is_held() -> None:
    assert ASK.limits.item_cpu_seconds == ASK.limits.item_wall_seconds == HOLD_SECONDS
    assert (ASK.pixels, ask_for(32).pixels, ask_for(32).pixels_side) == (False, True, 32)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_damage_is_seen_wholly_or_not_at_all(pool: MediaPool, data: st.DataObject) -> None:
    content = data.draw(st.sampled_from([JPEG, PNG, GIF, APNG, WEBP, BMP, icon_of()]))
    at = data.draw(st.integers(0, len(content)))
    rest = data.draw(
        st.sampled_from([b"", content[at + 1 :], b"\xff" + content[at + 1 :], content[at // 2 :]])
    )
    look = look_at(pool, content[:at] + rest, ASK)
    assert isinstance(look, Unseen) or look.forms > 0

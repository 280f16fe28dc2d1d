"""Every bomb ends within 2 s of CPU and 256 MiB above an idle worker, with a reason (ST-04)."""

from __future__ import annotations

import os

import pytest

from tests.security.picture_bombs import BOMBS
from tutela.detect.media.pool import MediaPool, PoolRules
from tutela.detect.media.shapes import Ask, Examined, PdqMode, ShownForm

CPU_SECONDS_MAX = 2.0
#: An idle worker with its libraries (45 MiB measured) and the 256 MiB of ST-04.
PEAK_BYTES_MAX = (45 + 256) << 20
#: What the decoders themselves call broken before they allocate anything.
CALLED_BROKEN = {"avif_pixels", "tiff_tag"}

pytestmark = pytest.mark.needs("linux")


def examined(data: bytes, mode: PdqMode = "fast") -> tuple[Examined, list[ShownForm], MediaPool]:
    """What a pool of its own says about a bomb, its forms, and the pool (closed) for its counts."""
    fd = os.memfd_create("bomb")
    try:
        os.write(fd, data)
        forms: list[ShownForm] = []
        with MediaPool(PoolRules(recheck_share_percent=0.0)) as pool:
            answer = pool.examine(fd, Ask(pdq_mode=mode), forms.append)
            pool.new_batch()
        return answer, forms, pool
    finally:
        os.close(fd)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(BOMBS))
def test_a_bomb_is_refused_with_a_reason(name: str) -> None:
    answer, forms, pool = examined(BOMBS[name]())
    assert answer.trouble is not None
    assert answer.trouble.kind == ("unreadable" if name in CALLED_BROKEN else "refused")
    assert answer.sha256
    assert len(forms) <= Ask().limits.frames_max
    assert pool.counts.cpu_seconds <= CPU_SECONDS_MAX
    assert pool.counts.peak_bytes <= PEAK_BYTES_MAX
    assert pool.counts.killed == pool.counts.slow == pool.counts.protocol_faults == 0


@pytest.mark.parametrize("name", ["png_pixels", "jpeg_pixels", "gif_pixels", "webp_pixels", "png_text"])
def test_a_bomb_of_one_picture_gives_nothing_out(name: str) -> None:
    assert examined(BOMBS[name](), "exact")[1] == []

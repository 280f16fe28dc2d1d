"""The fake pool: right digests, prepared answers, no containers."""

from __future__ import annotations

import hashlib
import os

import pytest

from tutela.detect.fingerprints.contract import sample_form
from tutela.detect.fingerprints.fakes import FakeAnswer, FakePool
from tutela.detect.media.shapes import Ask, ShownForm
from tutela.kernel.errors import Unavailable


def test_it_answers_from_the_content_with_real_digests() -> None:
    fd = os.memfd_create("content")
    os.write(fd, b"content")
    forms: list[ShownForm] = []
    with FakePool(lambda content: FakeAnswer(forms=(sample_form(),) * len(content))) as pool:
        examined = pool.examine(fd, Ask(), forms.append)
    os.close(fd)
    assert len(forms) == 7
    assert examined.sha256 == hashlib.sha256(b"content").digest()
    assert pool.asked == [Ask()]


def test_without_an_answer_everything_is_an_ordinary_file() -> None:
    fd = os.memfd_create("content")
    trouble = FakePool().examine(fd, Ask(), lambda _: None).trouble
    os.close(fd)
    assert trouble is not None
    assert trouble.kind == "not_media"


def test_it_opens_no_containers() -> None:
    with pytest.raises(Unavailable):
        FakePool().borrow("container")

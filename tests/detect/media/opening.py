"""Helpers for tests of the media room: a file in memory, examined by a pool or decoded in process."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

from PIL import Image

from tutela.detect.media import pictures
from tutela.detect.media.examining import Source
from tutela.detect.media.pool import MediaPool
from tutela.detect.media.shapes import Ask, Examined, MediaFacts, ShownForm
from tutela.detect.media.sniff import HEAD_BYTES, sniff


@contextmanager
def opened(data: bytes) -> Iterator[int]:
    """A descriptor of a file in memory that holds ``data``."""
    fd = os.memfd_create("test")
    try:
        os.write(fd, data)
        yield fd
    finally:
        os.close(fd)


def examine(
    pool: MediaPool, data: bytes, ask: Ask | None = None, name: str = ""
) -> tuple[Examined, list[ShownForm]]:
    """What the pool says about ``data``, and the forms it gave."""
    forms: list[ShownForm] = []
    with opened(data) as fd:
        return pool.examine(fd, ask or Ask(), forms.append, name_hint=name), forms


def source_of(data: bytes) -> Source:
    """``data`` as a worker sees it after reading."""
    head = data[:HEAD_BYTES]
    return Source(fd=-1, size_bytes=len(data), kind=sniff(head), head=head, data=memoryview(data))


def decode(data: bytes, ask: Ask | None = None) -> tuple[MediaFacts, list[ShownForm]]:
    """Facts and forms of a picture, decoded in this process: only for pictures the tests made."""
    _warm_once()
    forms: list[ShownForm] = []
    pixels_max = Image.MAX_IMAGE_PIXELS  # the worker narrows Pillow's own limit for its whole process
    try:
        with warnings.catch_warnings(action="ignore"):  # as in a worker, where nobody could see them
            return pictures.decode_picture(source_of(data), ask or Ask(), forms.append), forms
    finally:
        Image.MAX_IMAGE_PIXELS = pixels_max


@cache
def _warm_once() -> None:
    pictures.warm()

"""The film worker without its library."""

from __future__ import annotations

import pytest

from tests.detect.media.opening import source_of
from tutela.detect.media import film_worker
from tutela.detect.media.shapes import Ask
from tutela.detect.media.troubles import DecodeTrouble


def test_without_pyav_a_film_is_unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(film_worker, "film", None)
    film_worker.warm()
    with pytest.raises(DecodeTrouble) as found:
        film_worker.decode(source_of(b"\x1a\x45\xdf\xa3"), Ask(), lambda form: None)
    assert (found.value.kind, found.value.code) == ("unreadable", "no_decoder")

"""The shared shapes: the two profiles differ only where decisions.md says so."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields

import pytest

from tutela.detect.media.shapes import FORENSIC, WEB, Ask, Examined, Limits


def test_the_profiles_differ_only_in_films_pages_and_archives() -> None:
    differing = {
        field.name for field in fields(Limits) if getattr(WEB, field.name) != getattr(FORENSIC, field.name)
    }
    assert differing == {
        "film_cpu_seconds",
        "film_bytes_max",
        "html_bytes_max",
        "archive_entries_max",
        "archive_bytes_max",
    }


def test_the_values_of_the_threat_model_are_the_defaults() -> None:
    assert (WEB.pixels_max, WEB.frames_max, WEB.film_frames_max) == (50_000_000, 300, 20_000)
    assert (WEB.archive_depth_max, WEB.archive_ratio_max, WEB.archive_entries_max) == (2, 100, 1_000)
    assert (WEB.worker_items_max, WEB.worker_bytes_max) == (200, 512 << 20)


def test_shapes_are_values() -> None:
    assert Ask() == Ask()
    examined = Examined(member=None, size_bytes=0, md5=b"", sha1=b"", sha256=b"")
    with pytest.raises(FrozenInstanceError):
        examined.member = "x"  # type: ignore[misc]

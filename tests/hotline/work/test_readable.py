from __future__ import annotations

from collections.abc import Callable

import pytest

from tutela.hotline.work.models import Job
from tutela.hotline.work.readable import readable, shapes_read

pytestmark = pytest.mark.django_db


def test_a_kind_is_read_up_to_its_handlers_version(
    put: Callable[..., None], handle: Callable[..., object]
) -> None:
    handle("shaped", version=2)
    for kind, version in (("toy", 1), ("toy", 2), ("shaped", 1), ("shaped", 2), ("shaped", 3), ("other", 1)):
        put(kind=kind, version=version)
    found = Job.objects.filter(readable(["toy", "shaped"])).order_by("pk").values_list("kind", "version")
    assert list(found) == [("toy", 1), ("shaped", 1), ("shaped", 2)]


def test_no_kinds_are_no_jobs(put: Callable[..., None]) -> None:
    put()
    assert not Job.objects.filter(readable([])).exists()


def test_a_kind_without_handler_is_a_fault() -> None:
    with pytest.raises(LookupError):
        readable(["nobody"])


def test_shapes_are_the_newest_that_handlers_here_read(handle: Callable[..., object]) -> None:
    handle("shaped", version=2)
    handle("plain")
    assert shapes_read(["shaped", "plain"]) == [("shaped", 2), ("plain", 1)]
    with pytest.raises(LookupError):
        shapes_read(["nobody"])

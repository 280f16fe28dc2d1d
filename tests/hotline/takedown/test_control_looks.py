from __future__ import annotations

import pytest
from django.db import IntegrityError

from tests.hotline.takedown.making import a_clock
from tutela.hotline.takedown.control_looks import ControlLook

pytestmark = pytest.mark.django_db


def test_a_host_has_one_control_look_from_each_place() -> None:
    facts = {"host": "a" * 64, "looked_at": a_clock().now(), "answers": {"v": 1}}
    ControlLook.objects.create(vantage="direct", **facts)
    assert str(ControlLook.objects.create(vantage="proxied", **facts)) == "proxied"
    with pytest.raises(IntegrityError):
        ControlLook.objects.create(vantage="direct", **facts)

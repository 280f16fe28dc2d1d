from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tutela.hotline.alerts.models import Alert

pytestmark = pytest.mark.django_db


def test_a_kind_stands_once() -> None:
    assert str(Alert.objects.create(kind="disk_full")) == "disk_full"
    with pytest.raises(IntegrityError), transaction.atomic():
        Alert.objects.create(kind="disk_full")

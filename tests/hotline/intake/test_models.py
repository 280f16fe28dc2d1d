from __future__ import annotations

import re

import pytest
from django.db.models import Model

from tutela.hotline.intake.models import Report, ReportedItem

CLASSES = r"class: (public|internal|victim|reporter|staff|secret)\. \S"


@pytest.mark.parametrize("model", [Report, ReportedItem], ids=lambda model: model.__name__)
def test_every_column_says_what_class_it_is_of(model: type[Model]) -> None:
    said = [field.db_comment or "" for field in model._meta.fields if field.name != "id"]
    assert said and all(re.match(CLASSES, one) for one in said)


def test_nothing_of_whoever_sends_has_a_column() -> None:
    names = {field.name for field in Report._meta.get_fields()}
    assert not [name for name in names if re.search(r"address|agent|referer|\bip\b|mail|phone|name", name)]

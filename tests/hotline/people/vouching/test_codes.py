from __future__ import annotations

import re

import pytest
from django.conf import settings

from tests.hotline.people import making
from tutela.hotline.people.vouching.codes import code_of, is_code_of

pytestmark = pytest.mark.django_db


def test_a_code_is_of_one_account_and_one_renewal() -> None:
    ada, ben = making.person("analyst"), making.person("analyst")
    code = code_of(ada)
    assert re.fullmatch(r"\d{4} \d{4}", code) and code != code_of(ben)
    assert is_code_of(ada, code) and is_code_of(ada, code.replace(" ", "")) and not is_code_of(ben, code)
    ada.renewal += 1
    assert not is_code_of(ada, code)


def test_who_reads_the_database_alone_cannot_make_it(monkeypatch: pytest.MonkeyPatch) -> None:
    ada = making.person("analyst")
    code = code_of(ada)
    monkeypatch.setattr(
        settings, "SECRET_KEY", "another key, of somebody who has the database only, and long"
    )
    assert code_of(ada) != code


@pytest.mark.parametrize("wrong", ["", "0", "\u0661\u0662", "x" * 4000])
def test_anything_else_is_not_the_code(wrong: str) -> None:
    assert not is_code_of(making.person("analyst"), wrong)

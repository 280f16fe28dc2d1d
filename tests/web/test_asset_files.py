from __future__ import annotations

import pytest
from django.test import Client

from tutela.web.asset_files import TYPES, asset


@pytest.mark.parametrize("name", TYPES)
def test_a_file_is_served_with_its_type_and_kept_for_long(name: str) -> None:
    answer = Client().get(f"/assets/{asset(name).version}/{name}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, TYPES[name])
    assert "immutable" in answer.headers["Cache-Control"] and answer.content == asset(name).body


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["0/tutela.css", "0/settings.py", "0/..%2Fsettings.py"])
def test_nothing_else_is_served(path: str) -> None:
    assert Client().get(f"/assets/{path}").status_code == 404


def test_a_name_that_is_not_on_the_list_is_a_fault_of_the_program() -> None:
    with pytest.raises(LookupError):
        asset("../settings.py")


def test_no_script_makes_markup_of_text() -> None:
    scripts = b"".join(asset(name).body for name in TYPES if name.endswith(".js"))
    assert b"innerHTML" not in scripts and b"eval(" not in scripts and b"document.write" not in scripts

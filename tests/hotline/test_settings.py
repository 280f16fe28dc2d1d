from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from tutela.hotline.settings import HotlineSettings, SenderSettings


def test_an_address_with_a_password_is_not_printed() -> None:
    assert "hunter2" not in repr(HotlineSettings.model_validate({"database": "postgresql://u:hunter2@h/d"}))


def test_nothing_is_outside_of_this_machine_by_default() -> None:
    settings = HotlineSettings()
    assert settings.public_url.startswith("http://127.0.0.1:")
    assert settings.desk_url.startswith("http://localhost:")  # a passkey is bound to a name


def test_reports_wait_below_the_house_unless_the_settings_name_another_folder(tmp_path: Path) -> None:
    assert HotlineSettings().spare_folder(tmp_path) == tmp_path / "spare"
    assert HotlineSettings(spare="/elsewhere").spare_folder(tmp_path) == Path("/elsewhere")


def test_a_sender_s_mailboxes_are_plain_and_belong_to_one_sender() -> None:
    one = SenderSettings(name="aa", mailboxes=("Reports@Partner.TEST",))
    assert one.mailboxes == ("reports@partner.test",)
    with pytest.raises(ValidationError):
        SenderSettings(name="aa", mailboxes=("A <a@partner.test>",))
    with pytest.raises(ValidationError, match="one sender"):
        HotlineSettings(senders=(one, SenderSettings(name="bb", mailboxes=("reports@partner.test",))))


def test_an_onion_address_is_whole_and_without_a_path() -> None:
    name = f"{'a2' * 28}.onion"
    for good in ("", f"http://{name}", f"http://nl.{name}"):
        assert HotlineSettings(onion_url=good).onion_url == good
    for wrong in (f"https://{name}", name, f"http://{name}/", f"http://{name[1:]}", f"http://{name}.test"):
        with pytest.raises(ValidationError):
            HotlineSettings(onion_url=wrong)

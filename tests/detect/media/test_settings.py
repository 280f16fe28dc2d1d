"""Settings of the sandbox: both profiles, complete, with unit and source."""

from __future__ import annotations

from dataclasses import fields

import pytest
from pydantic import ValidationError

from tutela.detect.media.pool import PoolRules
from tutela.detect.media.settings import ForensicLimits, MediaSettings, WebLimits
from tutela.detect.media.shapes import FORENSIC, WEB, Limits


def test_the_defaults_are_the_two_profiles() -> None:
    settings = MediaSettings()
    assert settings.limits("web") == WEB
    assert settings.limits("forensic") == FORENSIC
    assert settings.rules() == PoolRules()


def test_every_limit_is_a_setting() -> None:
    of_the_pool = {"worker_items_max", "worker_bytes_max"}
    assert {field.name for field in fields(Limits)} - of_the_pool == set(WebLimits.model_fields)


@pytest.mark.parametrize("model", [WebLimits, ForensicLimits, MediaSettings])
def test_every_setting_says_what_it_is(model: type[WebLimits | MediaSettings]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        if name not in ("web", "forensic"):
            assert "Source:" in field.description, name


def test_a_changed_limit_reaches_the_sandbox() -> None:
    settings = MediaSettings(web=WebLimits(pixels_max=1_000), worker_items_max=5)
    assert settings.limits("web").pixels_max == 1_000
    assert settings.rules().worker_items_max == 5


def test_an_unknown_or_impossible_limit_is_an_error() -> None:
    with pytest.raises(ValidationError):
        MediaSettings.model_validate({"web": {"pixel_max": 1}})
    with pytest.raises(ValidationError):
        MediaSettings(worker_items_max=201)

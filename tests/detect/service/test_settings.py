"""Settings of the room."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.detect.service import making
from tutela.detect.media.shapes import WEB
from tutela.detect.service.admission import AdmissionRules
from tutela.detect.service.bodies import BodyRules
from tutela.detect.service.hma.rules import HmaRules
from tutela.detect.service.matcher import LOOK_SECONDS_MAX
from tutela.detect.service.settings import HmaSettings, HookSettings, OpinionTerms, ServiceSettings


def test_defaults_are_those_of_the_code() -> None:
    running = making.service()
    assert running.admission.rules == AdmissionRules()
    assert running.bodies == BodyRules(clock=running.clock)
    assert ServiceSettings().look_seconds_max == LOOK_SECONDS_MAX


def test_hma_has_the_defaults_of_its_rules() -> None:
    assert HmaRules(**ServiceSettings().hma.model_dump()) == HmaRules()


def test_nothing_that_is_foreign_is_on_by_default() -> None:
    plain = ServiceSettings()
    assert (plain.hma.enabled, plain.arachnid_enabled, plain.metrics_open) == (False, False, False)
    assert (plain.hooks, plain.hook_secrets, plain.hook_networks) == ((), {}, ())
    assert (plain.hma.urls, plain.arachnid_urls, plain.fetch_networks) == (False, False, ())
    assert (plain.opinions, plain.opinion_terms) == ((), {})
    assert (plain.host, plain.port) == ("127.0.0.1", 8702)


def test_a_film_of_the_profile_web_fits_into_what_is_held() -> None:
    assert ServiceSettings().held_bytes_max > WEB.film_bytes_max


@pytest.mark.parametrize(
    "wrong", [{"port": -1}, {"unknown": 1}, {"body_bytes_max": "much"}, {"requests_max": 0}]
)
def test_wrong_settings_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ServiceSettings.model_validate(wrong)


def test_every_setting_says_its_source() -> None:
    models = (ServiceSettings, HmaSettings, HookSettings, OpinionTerms)
    fields = {name: field for model in models for name, field in model.model_fields.items()}
    for name, field in fields.items():
        assert name == "hma" or "Source:" in (field.description or ""), name

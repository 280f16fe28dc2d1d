"""The settings of the door, and that none of them, nor a variable, opens an address (ST-01)."""

from __future__ import annotations

import inspect
import io
from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.house.reading import ROOT
from tutela.config import Config
from tutela.kernel.egress.fetcher_contract import enabled_fetcher
from tutela.kernel.egress.fetching import GuardedFetcher, guarded_fetcher
from tutela.kernel.egress.reasons import Failure
from tutela.kernel.egress.settings import EgressSettings
from tutela.kernel.egress.shapes import FetchRequest
from tutela.kernel.errors import Invalid
from tutela.kernel.settings import Origins, read

#: Names under which somebody might try to open the house's own addresses.
TRIED = (
    "policy",
    "exceptions",
    "networks",
    "allow",
    "allow_loopback",
    "test_networks",
    "resolver",
    "context",
)
#: What each setting may at most say, as it would stand in a variable.
WIDEST = {
    "ports": "[80, 443, 8700, 8702]",
    "socks": "127.0.0.1:9050",
    "allow_downgrade": "true",
    "redirects_max": "5",
    "connect_seconds": "1",
    "host_burst": "1000",
}


def loaded(environ: Mapping[str, str], file: Path | None = None) -> EgressSettings:
    return read(Config, Origins(file=file, environ=environ)).values.egress


@pytest.mark.parametrize("name", TRIED)
def test_no_variable_and_no_file_can_name_an_exception(name: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid):
        loaded({f"TUTELA_EGRESS__{name.upper()}": '["127.0.0.0/8"]'})
    file = tmp_path / "tutela.toml"
    file.write_text(f'[egress]\n{name} = ["127.0.0.0/8"]\n')
    with pytest.raises(Invalid):
        loaded({}, file)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "10.0.0.1", "169.254.169.254", "localhost"])
def test_with_everything_set_as_wide_as_it_goes_no_address_is_open(host: str) -> None:
    settings = loaded({f"TUTELA_EGRESS__{name.upper()}": text for name, text in WIDEST.items()})
    answer = enabled_fetcher(settings).fetch(
        FetchRequest(untrusted_url=f"http://{host}:8702/", sink=io.BytesIO())
    )
    assert isinstance(answer, Failure)
    assert answer.reason == "address_refused"


def test_the_slot_passes_the_settings_and_nothing_else() -> None:
    assert list(inspect.signature(guarded_fetcher).parameters) == ["settings"]
    assert "policy" in inspect.signature(GuardedFetcher).parameters


def test_the_product_opens_an_exception_for_a_fetch_in_two_places_only() -> None:
    """In the demo, and for the operator's own private networks, never loopback (``test_fetched``)."""
    source = ROOT / "src" / "tutela"
    texts = {path.relative_to(source).as_posix(): path.read_text("utf-8") for path in source.rglob("*.py")}
    makers = {path for path, text in texts.items() if "GuardedFetcher(" in text}
    assert {path for path in makers if not path.startswith("demo/")} == {
        "kernel/egress/fetching.py",
        "detect/service/fetched.py",
    }
    assert "return GuardedFetcher(egress, policy=policy)\n" in texts["detect/service/fetched.py"]
    fetching = texts["kernel/egress/fetching.py"]
    assert fetching.count("GuardedFetcher(") == 1
    assert "return GuardedFetcher(settings)\n" in fetching


@pytest.mark.parametrize(
    "wrong",
    [
        {"ports": (0,)},
        {"ports": (65_536,)},
        {"redirects_max": 6},
        {"user_agent": "a\r\nX-Evil: 1"},
        {"user_agent": ""},
        {"user_agent": " a"},
        {"socks": "localhost:9050"},
        {"socks_for": "some"},
        {"body_bytes_max": 0},
        {"total_seconds": 0},
        {"unknown": 1},
        {"vantages": [{"name": "north", "socks": "localhost:9050"}]},
        {"vantages": [{"name": "North", "socks": "192.0.2.7:1080"}]},
        {"vantages": [{"name": "direct", "socks": "192.0.2.7:1080"}]},
        {"vantages": [{"name": "north", "socks": "192.0.2.7:1080"}] * 2},
    ],
)
def test_wrong_values_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        EgressSettings.model_validate(wrong)


def test_the_proxy_is_empty_or_an_address() -> None:
    assert EgressSettings().socks == ""
    assert EgressSettings(socks="[::1]:9050").socks == "[::1]:9050"


def test_vantage_points_have_names_and_proxies_of_their_own() -> None:
    named = [{"name": "north", "socks": "192.0.2.7:1080"}, {"name": "south", "socks": "192.0.2.8:1080"}]
    found = EgressSettings.model_validate({"vantages": named}).vantages
    assert [(one.name, one.socks) for one in found] == [(one["name"], one["socks"]) for one in named]

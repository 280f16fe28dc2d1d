from __future__ import annotations

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from tutela.kernel.errors import Invalid
from tutela.kernel.setting_names import (
    Setting,
    check_flat,
    check_tree,
    origins,
    readable,
    settings_of,
    values_of,
)


class Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pixels_max: int = Field(default=50_000_000, le=60_000_000, description="Pixels.")
    seconds: float = Field(default=1.5, description="Seconds.")


class Room(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    web: Limits = Field(default_factory=Limits)
    mode: Literal["exact", "fast"] = Field(default="fast", description="Mode.")
    names: tuple[str, ...] = Field(default=("md5", "pdq"), description="Names.")
    total: int | None = Field(default=None, description="Bytes, or none.")
    on: bool = Field(default=True, description="On.")
    text: str = Field(default="x", description="Text.")
    token: SecretStr = Field(default=SecretStr("canary"), description="Token.")
    raw: bytes = Field(default=b"")


class House(BaseModel):
    media: Room = Field(default_factory=Room)


def test_settings_of_lists_every_leaf_with_kind_and_default() -> None:
    rows = {row.key: (row.kind, row.default) for row in settings_of(House)}
    assert rows == {
        "media.web.pixels_max": ("whole number", "50_000_000"),
        "media.web.seconds": ("number", "1.5"),
        "media.mode": ("one of exact, fast", '"fast"'),
        "media.names": ("list of text", '["md5", "pdq"]'),
        "media.total": ("whole number or nothing", "none"),
        "media.on": ("true or false", "true"),
        "media.text": ("text", '"x"'),
        "media.token": ("secret text", "(hidden)"),
        "media.raw": ("bytes", "\"b''\""),
    }
    assert next(iter(settings_of(House))).description == "Pixels."


class Tables(BaseModel):
    rooms: tuple[Limits, ...] = Field(default=(Limits(seconds=2),), description="Rooms.")
    secrets: dict[str, tuple[SecretStr, ...]] = Field(default={"a": (SecretStr("canary"),)}, description="S.")


def test_tables_are_shown_as_they_would_stand_in_the_file_and_hide_their_secrets() -> None:
    assert [(row.key, row.kind, row.default) for row in settings_of(Tables)] == [
        ("rooms", "list of table", "[{pixels_max = 50_000_000, seconds = 2.0}]"),
        ("secrets", "table of list of secret text", "{a = [(hidden)]}"),
    ]
    assert "canary" not in str(dict(values_of(Tables())))


def test_variable_is_prefix_room_and_key() -> None:
    setting = Setting(key="media.web.pixels_max", description="", kind="", default="")
    assert setting.variable == "TUTELA_MEDIA__WEB__PIXELS_MAX"


def test_values_of_gives_every_leaf_and_hides_secrets() -> None:
    values = dict(values_of(House(media=Room(web=Limits(pixels_max=7)))))
    assert values["media.web.pixels_max"] == "7"
    assert set(values) == {row.key for row in settings_of(House)}
    assert "canary" not in str(values)


def test_known_names_pass() -> None:
    check_tree(House, {"media": {"web": {"pixels_max": 1}, "mode": "no matter"}}, "tutela.toml")
    check_flat(House, {"TUTELA_MEDIA__MODE": "x", "tutela_media__web__seconds": "1"}, "TUTELA_")
    check_flat(House, {"media__token": "x"}, "")


@given(st.text(min_size=1).filter(lambda name: name != "media"))
def test_every_other_key_of_a_file_is_refused(name: str) -> None:
    with pytest.raises(Invalid, match="unknown setting"):
        check_tree(House, {name: {}}, "tutela.toml")
    with pytest.raises(Invalid, match="unknown setting"):
        check_tree(House, {"media": {"web": {name: 1}}}, "tutela.toml")


@given(st.from_regex(r"TUTELA_[A-Z_]{1,30}", fullmatch=True))
def test_every_other_variable_is_refused(name: str) -> None:
    known = {row.variable for row in settings_of(House)}
    if name in known:
        return
    with pytest.raises(Invalid) as caught:
        check_flat(House, {name: "1"}, "TUTELA_")
    assert caught.value.field == name


def test_whole_room_in_a_variable_is_refused() -> None:
    with pytest.raises(Invalid, match="unknown setting"):
        check_flat(House, {"TUTELA_MEDIA": "{}"}, "TUTELA_")


def test_a_name_near_nothing_points_to_the_list() -> None:
    with pytest.raises(Invalid, match="`tutela settings` lists all"):
        check_flat(House, {"TUTELA_QQQQQQQQ": "1"}, "TUTELA_")
    with pytest.raises(Invalid, match="did you mean TUTELA_HOME"):
        check_flat(House, {"TUTELA_HOMES": "1"}, "TUTELA_")


def test_the_stronger_origin_wins() -> None:
    tree = {"media": {"mode": "fast", "web": {"seconds": 1, "pixels_max": 2}}}
    found = origins(tree, "t.toml", {"media__mode": "x"}, {"TUTELA_MEDIA__WEB__SECONDS": "2"})
    assert found == {
        "media.mode": "secret",
        "media.web.seconds": "TUTELA_MEDIA__WEB__SECONDS",
        "media.web.pixels_max": "t.toml",
    }


def test_readable_names_the_setting_its_origin_and_never_the_value() -> None:
    with pytest.raises(ValidationError) as caught:
        House.model_validate(
            {"media": {"names": ["a", 5], "web": {"pixels_max": 99_000_000}, "mode": "canary"}}
        )
    origin = {"media.names": "TUTELA_MEDIA__NAMES", "media.mode": "t.toml"}
    error = readable(caught.value, origin)
    text = error.public_message()
    assert "media.names: input should be a valid string (from TUTELA_MEDIA__NAMES)" in text
    assert "media.web.pixels_max: input should be less than or equal to 60000000" in text
    assert "canary" not in text

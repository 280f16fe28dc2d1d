from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from tutela.kernel.errors import Invalid, Unavailable
from tutela.kernel.handed_secrets import handed_over
from tutela.kernel.settings import Origins, find_origins, home, named, read


class Limits(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    pixels_max: int = Field(default=50, ge=1, le=1000, description="Pixels.")


class Room(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    web: Limits = Field(default_factory=Limits)
    mode: Literal["exact", "fast"] = Field(default="fast", description="Mode.")
    names: tuple[str, ...] = Field(default=("md5",), description="Names.")
    token: SecretStr = Field(default=SecretStr(""), description="Token.")


class House(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    media: Room = Field(default_factory=Room)


@pytest.fixture
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("tutela.kernel.settings.DEFAULT_FILES", (Path("tutela.toml"),))
    return tmp_path


def write(folder: Path, text: str, name: str = "tutela.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_configured_has_nothing_to_read(empty_folder: Path) -> None:
    origins = find_origins(environ={"PATH": "/bin", "TUTELA_HOME": "x"})
    assert not origins.any()
    assert read(House, origins).values == House()


def test_order_of_files_explicit_then_variable_then_default(empty_folder: Path) -> None:
    write(empty_folder, "")
    named = write(empty_folder, "", "named.toml")
    explicit = write(empty_folder, "", "explicit.toml")
    assert find_origins(environ={}).file == Path("tutela.toml")
    assert find_origins(environ={"TUTELA_CONFIG": str(named)}).file == named
    assert find_origins(explicit, environ={"TUTELA_CONFIG": str(named)}).file == explicit


def test_named_file_that_is_missing_is_refused(empty_folder: Path) -> None:
    with pytest.raises(Invalid) as caught:
        find_origins(empty_folder / "gone.toml", environ={})
    assert caught.value.field == "--config"
    with pytest.raises(Invalid) as caught:
        find_origins(environ={"TUTELA_CONFIG": "gone.toml"})
    assert caught.value.field == "TUTELA_CONFIG"
    with pytest.raises(Invalid) as caught:
        find_origins(environ={"TUTELA_SECRETS": "gone"})
    assert caught.value.field == "TUTELA_SECRETS"


def test_environment_beats_secret_beats_file_beats_default(empty_folder: Path) -> None:
    file = write(empty_folder, '[media]\nmode = "exact"\n[media.web]\npixels_max = 2\n')
    secrets = empty_folder / "secrets"
    secrets.mkdir()
    write(secrets, "3\n", "media__web__pixels_max")
    write(secrets, "hidden", ".bookkeeping")
    environ = {"TUTELA_MEDIA__WEB__PIXELS_MAX": "4"}
    assert read(House, Origins()).values.media.web.pixels_max == 50
    assert read(House, Origins(file=file)).values.media.web.pixels_max == 2
    assert read(House, Origins(file=file, secrets=secrets)).values.media.web.pixels_max == 3
    loaded = read(House, Origins(file=file, secrets=secrets, environ=environ))
    assert loaded.values.media.web.pixels_max == 4
    assert loaded.values.media.mode == "exact"
    assert loaded.origin == {
        "media.mode": "tutela.toml",
        "media.web.pixels_max": "TUTELA_MEDIA__WEB__PIXELS_MAX",
    }
    assert isinstance(loaded.values, House)


def test_secret_keeps_out_of_sight(empty_folder: Path) -> None:
    write(empty_folder, "canary-token", "media__token")
    loaded = read(House, Origins(secrets=empty_folder))
    assert loaded.values.media.token.get_secret_value() == "canary-token"
    assert loaded.origin == {"media.token": "secret"}
    assert "canary" not in repr(loaded)


@pytest.mark.parametrize(
    ("text", "field", "nearest"),
    [
        ("[medio]\n", "tutela.toml: medio", "media"),
        ("[media]\nmodes = 1\n", "tutela.toml: media.modes", "media.mode"),
        ("[media.web]\npixel_max = 1\n", "tutela.toml: media.web.pixel_max", "media.web.pixels_max"),
    ],
)
def test_unknown_key_is_refused_with_the_nearest_right_name(
    empty_folder: Path, text: str, field: str, nearest: str
) -> None:
    with pytest.raises(Invalid) as caught:
        read(House, Origins(file=write(empty_folder, text)))
    assert caught.value.field == field
    assert f"did you mean {nearest}?" in caught.value.message


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("TUTELA_MEDIA__WEB__PIXEL_MAX", "TUTELA_MEDIA__WEB__PIXELS_MAX"),
        ("TUTELA_MEDIA_MODE", "TUTELA_MEDIA__MODE"),
        ("TUTELA_CONFG", "TUTELA_CONFIG"),
        ("tutela_media__mod", "TUTELA_MEDIA__MODE"),
    ],
)
def test_unknown_variable_is_refused_with_the_nearest_right_name(
    empty_folder: Path, name: str, nearest: str
) -> None:
    origins = find_origins(environ={name: "1"})
    with pytest.raises(Invalid) as caught:
        read(House, origins)
    assert caught.value.field == name
    if name.isupper():
        assert f"did you mean {nearest}?" in caught.value.message


def test_unknown_secret_is_refused(empty_folder: Path) -> None:
    write(empty_folder, "x", "media__tokken")
    with pytest.raises(Invalid, match=r"did you mean media__token\?"):
        read(House, Origins(secrets=empty_folder))


def test_wrong_value_names_key_origin_and_what_is_right(empty_folder: Path) -> None:
    file = write(empty_folder, '[media]\nmode = "quick"\n[media.web]\npixels_max = 1001\n')
    with pytest.raises(Invalid) as caught:
        read(House, Origins(file=file))
    message = caught.value.public_message()
    assert "media.web.pixels_max: input should be less than or equal to 1000 (from tutela.toml)" in message
    assert "media.mode: input should be 'exact' or 'fast' (from tutela.toml)" in message


def test_wrong_value_is_not_repeated(empty_folder: Path) -> None:
    with pytest.raises(Invalid) as caught:
        read(House, Origins(environ={"TUTELA_MEDIA__WEB__PIXELS_MAX": "canary"}))
    assert "canary" not in caught.value.public_message()
    assert caught.value.field == "media.web.pixels_max"


def test_list_in_a_variable_is_json(empty_folder: Path) -> None:
    loaded = read(House, Origins(environ={"TUTELA_MEDIA__NAMES": '["a", "b"]'}))
    assert loaded.values.media.names == ("a", "b")
    with pytest.raises(Invalid, match=r'\["one", "two"\]'):
        read(House, Origins(environ={"TUTELA_MEDIA__NAMES": "a,b"}))


def test_broken_file_names_the_line(empty_folder: Path) -> None:
    with pytest.raises(Invalid, match="line 2"):
        read(House, Origins(file=write(empty_folder, "[media]\nmode = = 1\n")))


def test_file_that_vanished_is_unavailable(empty_folder: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        read(House, Origins(file=empty_folder / "gone.toml"))


def test_secret_that_is_no_text_is_refused(empty_folder: Path) -> None:
    (empty_folder / "media__token").write_bytes(b"\xff\xfe")
    with pytest.raises(Invalid, match="UTF-8"):
        read(House, Origins(secrets=empty_folder))


def test_secrets_folder_is_found_by_its_variable(empty_folder: Path) -> None:
    assert find_origins(environ={"TUTELA_SECRETS": str(empty_folder)}).secrets == empty_folder


@pytest.mark.parametrize("nothing", ["", "\n", " \t\n"])
def test_an_empty_secret_is_none_whoever_gives_it(empty_folder: Path, nothing: str) -> None:
    file = write(empty_folder, '[media]\ntoken = "of the file"\n')
    (empty_folder / "empty").mkdir()
    write(empty_folder / "empty", nothing, "media__token")
    (empty_folder / "full").mkdir()
    write(empty_folder / "full", "of the folder", "media__token")
    alone = read(House, Origins(secrets=empty_folder / "empty", handed={"media__token": nothing}))
    assert (alone.values, alone.origin) == (House(), {})
    below = read(House, Origins(file=file, secrets=empty_folder / "empty"))
    assert below.values.media.token.get_secret_value() == "of the file"
    assert below.origin == {"media.token": "tutela.toml"}
    handed = read(House, Origins(secrets=empty_folder / "full", handed={"media__token": nothing}))
    assert handed.values.media.token.get_secret_value() == "of the folder"


def test_an_empty_secret_of_an_unknown_name_is_refused_all_the_same(empty_folder: Path) -> None:
    write(empty_folder, "", "media__tokken")
    with pytest.raises(Invalid, match=r"did you mean media__token\?"):
        read(House, Origins(secrets=empty_folder))


def test_what_a_parent_handed_over_counts_as_a_secret() -> None:
    with handed_over({"media__token": "quiet"}) as descriptor:
        origins = find_origins(environ={"TUTELA_SECRETS_FD": str(descriptor)})
        found = read(House, origins).values
    assert found.media.token.get_secret_value() == "quiet"


def test_secret_that_cannot_be_read_is_unavailable(
    empty_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(empty_folder, "x", "media__token")

    def denied(*_: object, **__: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_text", denied)
    with pytest.raises(Unavailable, match="Permission denied"):
        read(House, Origins(secrets=empty_folder))


def test_home_is_var_unless_said_otherwise() -> None:
    assert home({}) == Path("var")
    assert home({"TUTELA_HOME": "/srv/tutela"}) == Path("/srv/tutela")


def test_finding_origins_imports_no_pydantic() -> None:
    code = (
        "import sys; from tutela.kernel.settings import find_origins; find_origins();"
        "sys.exit(any(name.startswith('pydantic') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd="/").returncode == 0


@pytest.mark.parametrize("before", [None, "earlier.toml"])
def test_a_named_file_is_found_by_all_and_only_for_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    (tmp_path / "mine.toml").touch()
    monkeypatch.delenv("TUTELA_CONFIG", raising=False)
    if before is not None:
        monkeypatch.setenv("TUTELA_CONFIG", before)
    monkeypatch.chdir(tmp_path)
    with named(Path("mine.toml")):
        monkeypatch.chdir("/")
        assert find_origins().file == tmp_path / "mine.toml"
    assert os.environ.get("TUTELA_CONFIG") == before

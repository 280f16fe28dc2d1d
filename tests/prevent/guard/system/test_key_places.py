from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tutela.kernel.errors import Refused, Unavailable
from tutela.prevent.guard.person.folder import AUTHORITY, Folder
from tutela.prevent.guard.system.key_places import (
    FileKeyPlace,
    KeyPlace,
    MemoryKeyPlace,
    SecretToolKeyPlace,
)
from tutela.prevent.guard.system.programs import Answer, FakePrograms


class Store:
    """The desktop's store: attribute and value -> secret."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], bytes] = {}
        self.locked = False

    def ask(self, words: Sequence[str], given: bytes) -> Answer:
        verb, key = words[0], (words[-2], words[-1])
        if self.locked:
            return Answer(code=1)
        if verb == "store":
            self.kept[key] = given
        elif verb == "clear":
            self.kept.pop(key, None)
        elif key not in self.kept:
            return Answer(code=1)
        return Answer(code=0, said=self.kept.get(key, b""))


@pytest.fixture
def store() -> Store:
    return Store()


@pytest.fixture(params=["file", "desktop", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path, store: Store) -> KeyPlace:
    folder = Folder(tmp_path / "f")
    folder.make()
    places: dict[str, KeyPlace] = {
        "file": FileKeyPlace(folder),
        "desktop": SecretToolKeyPlace(FakePrograms(secret_tool=store.ask), "quiet-pages"),
        "memory": MemoryKeyPlace(),
    }
    return places[request.param]


def test_a_place_keeps_one_secret_until_it_is_erased(place: KeyPlace) -> None:
    with pytest.raises(Unavailable):
        place.get()
    place.put(b"one\n\0")
    place.put(b"two\n\0")
    assert place.get() == b"two\n\0"
    place.erase()
    place.erase()
    with pytest.raises(Unavailable):
        place.get()


def test_the_file_is_the_owners_alone(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "f")
    folder.make()
    FileKeyPlace(folder).put(b"key")
    assert (folder.path / AUTHORITY).stat().st_mode & 0o777 == 0o600
    folder.path.chmod(0o755)
    with pytest.raises(Refused, match="open to others"):
        FileKeyPlace(folder).get()


def test_a_locked_store_is_told_and_the_name_in_it_is_the_neutral_one(store: Store) -> None:
    programs = FakePrograms(secret_tool=store.ask)
    place = SecretToolKeyPlace(programs, "quiet-pages")
    place.put(b"key")
    assert list(store.kept) == [("service", "quiet-pages")] and b"key" not in store.kept.values()
    assert not any(b"key" in word.encode() for words in programs.asked for word in words), (
        "not in a process list"
    )
    store.kept["service", "quiet-pages"] = b"?"
    with pytest.raises(Unavailable, match="another key"):
        place.get()
    store.locked = True
    for act in (place.get, lambda: place.put(b"key")):
        with pytest.raises(Unavailable, match="unlocked"):
            act()

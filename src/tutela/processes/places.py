"""Where the processes find what they share: the vault's folders and the sockets."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tutela.kernel.custody.settings import CustodySettings


@dataclass(frozen=True, kw_only=True, slots=True)
class VaultPlaces:
    """Where the parts of the vault stand; ``envelopes`` and ``private`` are in no backup."""

    objects: Path
    public: Path
    envelopes: Path
    private: Path


def vault_places(settings: CustodySettings, home: Path) -> VaultPlaces:
    """The folders by the settings, below ``home`` where they say nothing."""
    vault = Path(settings.vault) if settings.vault else home / "vault"
    return VaultPlaces(
        objects=vault / "objects",
        public=vault / "epochs",
        envelopes=Path(settings.envelopes) if settings.envelopes else home / "envelopes",
        private=Path(settings.keys) if settings.keys else home / "keys",
    )


def sockets(home: Path) -> Path:
    """The folder of the sockets."""
    return home / "sockets"

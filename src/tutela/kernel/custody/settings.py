"""Settings of the vault: where its parts stand. None of them holds a key."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field


class CustodySettings(BaseModel):
    """The three folders of the vault; each may stand on a disk of its own."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    vault: str = Field(
        default="",
        description="Folder of the sealed objects and the public keys; may be backed up. Empty: vault in "
        "TUTELA_HOME. Source: our own.",
    )
    envelopes: str = Field(
        default="",
        description="Folder of the envelopes, which hold the key of each object; never backed up, so that a "
        "destroyed object stays destroyed. Empty: envelopes in TUTELA_HOME. "
        "Source: governance.md section 5.2.",
    )
    keys: str = Field(
        default="",
        description="Folder of the private keys; never backed up: shares bring a lost key back. Empty: keys "
        "in TUTELA_HOME. Source: architecture.md (evidence).",
    )

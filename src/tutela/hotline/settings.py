"""Settings of the hotline."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, SecretStr


class HotlineSettings(BaseModel):
    """Where the hotline stands. What it may do is no setting: that is the signed mandate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    database: SecretStr = Field(
        default=SecretStr(""),
        description="postgresql://USER@HOST/DATABASE for several machines, with a password in the secrets "
        "folder. Empty: hotline.sqlite in TUTELA_HOME (no unit). Source: architecture.md, the database.",
    )
    public_url: str = Field(
        default="http://127.0.0.1:8700",
        description="Address under which the public reaches intake and appeal, as in notices and receipts "
        "(no unit). Source: decisions.md section 8, ports.",
    )
    desk_url: str = Field(
        default="http://127.0.0.1:8701",
        description="Address of the staff's desk; passkeys are bound to its host (no unit). "
        "Source: decisions.md section 8, ports.",
    )

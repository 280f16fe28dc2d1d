"""Signed configuration (m of n signers over a TOML text) and signed HTTP messages (RFC 9421, RFC 9530)."""

"""Evidence that things were done, and that nobody changed the record: the append-only transparency log.

The tree is RFC 6962's, checkpoints and cosignatures are those of the C2SP tlog documents, so that witnesses
nobody here wrote can check them. Leaves are opaque bytes: what they mean belongs to the ledger.
"""

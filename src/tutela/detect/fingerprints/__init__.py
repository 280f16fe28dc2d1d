"""MD5, SHA-1, SHA-256, PDQ and vPDQ, and a slot for other hashers."""

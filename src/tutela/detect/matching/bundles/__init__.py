"""Sealed device lists: one signed file for a person's device, from which nobody reads what is listed.

Publisher's side: ``selecting`` takes the entries of a list that may be on a device, ``drafting`` makes the
content that organisations approve (``approvals``), ``sealing`` puts content, approvals and sections under the
publisher's signature. Device's side: ``opening`` checks all of it against whom the device trusts (``trust``)
and answers questions. ``buckets`` keys and shortens digests, ``prints`` encrypts PDQ values, ``content`` is
what is approved and signed, ``layout`` the file.

Only ``selecting`` and ``drafting`` know the other modules of ``matching``: a device loads the rest alone.
"""

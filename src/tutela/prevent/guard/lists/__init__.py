"""Sealed device lists, opened and asked in a process of their own that answers yes or no.

* ``shapes``: what a picture is asked about with (``Digests``), and who answers (``Known``)
* ``asking``: ``ListWorker``, the answer from a list's file: it follows the file and replaces the process
* ``child``: the parent's hold on one process; ``holding``: what runs in it; ``frames``: the wire between
* ``fakes``: ``MemoryKnown``, for tests of whoever asks

The file's format, its checks and what they refuse are ``tutela.detect.matching.bundles``.
"""

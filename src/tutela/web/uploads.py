"""Files that somebody sends with a form: no page takes any, and none of them is kept, not for a moment."""

from __future__ import annotations

from django.core.files.uploadhandler import FileUploadHandler


class LetGo(FileUploadHandler):
    """Reads a file to its end and keeps nothing of it; the form's other fields stay."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """None: the piece goes no further."""

    def file_complete(self, file_size: int) -> None:
        """None: there was no file."""

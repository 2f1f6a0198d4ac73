"""How uploads are received: in memory, so that no evidence ever lies unsealed in a temporary folder."""

import io
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedMemoryUploadHandler(FileUploadHandler):
    """Holds at most `EVIDENCE_MAX_FILES` files of `EVIDENCE_MAX_BYTES` for one request, whatever is sent.

    Of a larger file one byte too much is kept, so that `check_upload` refuses it with its sentence; files beyond the
    count arrive empty, so call `check_count` first. Django's own handlers write what is over a few megabytes to the
    disk, readable, and as much as is sent.
    """

    chunk_size = 64 * 1024

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._received = 0
        self._held = io.BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._received += 1
        self._held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Take what there is room for; None tells Django that no other handler needs it."""
        if self._received <= settings.EVIDENCE_MAX_FILES and start <= settings.EVIDENCE_MAX_BYTES:
            self._held.write(raw_data[: settings.EVIDENCE_MAX_BYTES + 1 - start])

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:  # noqa: ARG002 - Django's name and place
        """The file as held; `file_size`, what was sent, is not believed."""
        size = self._held.tell()
        self._held.seek(0)
        return InMemoryUploadedFile(
            self._held, self.field_name, self.file_name or "", self.content_type, size, self.charset
        )

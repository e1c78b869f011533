"""Bounds on what a browser may send: Django has one for fields, none for files; and the disk."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from django.conf import settings
from django.core.exceptions import BadRequest
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest


class BoundedUploadHandler(FileUploadHandler):
    """Takes no file of a request that announces more than DATA_UPLOAD_MAX_FILES_SIZE bytes.

    The rest of it is read and thrown away, so that the answer arrives. The view finds no file,
    and asks `is_too_large` why.
    """

    def handle_raw_input(
        self, input_data: Any, META: dict[str, Any], content_length: int, *args, **kwargs
    ) -> None:
        self.announced = content_length

    def new_file(self, *args, **kwargs) -> None:
        super().new_file(*args, **kwargs)
        if self.announced > settings.DATA_UPLOAD_MAX_FILES_SIZE:
            raise StopUpload(connection_reset=False)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class NoRoom(BadRequest):
    """The disk did not take a file that was sent; no view is reached."""


class DiskUploadHandler(TemporaryFileUploadHandler):
    """Puts files that are too large for the memory on the disk, where it has room for them.

    Raises NoRoom otherwise: `failures.bad_request` says what to do.
    """

    def new_file(self, *args, **kwargs) -> None:
        with self._told():
            super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        with self._told():
            super().receive_data_chunk(raw_data, start)

    def file_complete(self, file_size: int) -> UploadedFile:
        with self._told():
            return super().file_complete(file_size)

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if hasattr(self, "file"):
                # Django closes it once more; closing writes what is left, which would fail again.
                with suppress(OSError):
                    self.file.close()
                del self.file
            raise NoRoom from error


def is_too_large(request: HttpRequest) -> bool:
    """Whether the files of this request were not taken."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return announced.isdigit() and int(announced) > settings.DATA_UPLOAD_MAX_FILES_SIZE

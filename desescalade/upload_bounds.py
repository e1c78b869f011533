"""A bound on what a browser may send: Django has one for fields, none for files."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
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


def is_too_large(request: HttpRequest) -> bool:
    """Whether the files of this request were not taken."""
    announced = request.META.get("CONTENT_LENGTH") or "0"
    return announced.isdigit() and int(announced) > settings.DATA_UPLOAD_MAX_FILES_SIZE

"""All that WeasyPrint may read: the images of a job, its attachment, the bundled files."""

import logging
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from weasyprint.urls import URLFetcher, URLFetcherResponse

LOGGER = logging.getLogger("desescalade.pdf")


class ImageFetcher(URLFetcher):
    """For the html: `image:NAME` is an image of the job, any other address an empty file.

    It never raises: an exception in the fetcher aborts the whole render when it comes from
    @color-profile (docs: WeasyPrint 70.0, `urls.fetch`).
    """

    def __init__(self, images: Mapping[str, bytes]) -> None:
        super().__init__()
        self._images = {f"image:{name}": content for name, content in images.items()}

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The image at `url`, or an empty response."""
        return URLFetcherResponse(url, self._images.get(url, b""))


class AttachmentFetcher(URLFetcher):
    """For the attachment of a job: its content, of the type that was given with it.

    Without a type WeasyPrint would guess it from lists of the machine, and the bytes of the
    PDF would differ from one machine to the next.
    """

    def __init__(self, content: bytes, media_type: str) -> None:
        super().__init__()
        self._content = content
        self._media_type = media_type

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The content, whatever `url` is."""
        return URLFetcherResponse(url, self._content, {"Content-Type": self._media_type})


class BundledFetcher(URLFetcher):
    """For the style sheets of the project: the files below one directory, nothing else."""

    def __init__(self, root: Path) -> None:
        super().__init__()
        self._root = root.resolve()

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        """The file at `url` when it is a bundled one, else an empty response and a warning."""
        parts = urlsplit(url)
        path = Path(url2pathname(parts.path)).resolve()
        if parts.scheme == "file" and path.is_relative_to(self._root) and path.is_file():
            kind = "text/css" if path.suffix == ".css" else "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})
        LOGGER.warning("style sheets may only load bundled files, not %s", url)
        return URLFetcherResponse(url, b"")

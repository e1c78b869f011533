"""What a page of failure shows of a form."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from desescalade.failures import server_error, texts_of, typed_of


def sent(**fields):
    return RequestFactory().post("/", fields)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ordre", "12 13 14 "),
        ("cede", "cartographie-dependances"),
        ("contenu", "x" * 40),
        ("initial-pcs-reason", "Trop cher pour nous"),
        ("csrfmiddlewaretoken", "x" * 64),
    ],
)
def test_what_no_person_types_is_sent_again_and_not_shown(name, value):
    request = sent(**{name: value, "text": "Nos mots à nous."})
    assert texts_of(request) == ["Nos mots à nous."]
    assert dict(typed_of(request, {"text"})) == ({name: value} if name[:4] != "csrf" else {})


def test_what_opens_a_session_again_is_never_written_into_a_page():
    secret = {"session-password": "un deux trois quatre cinq", "text": "Nos mots à nous."}
    request = sent(**secret)
    assert texts_of(request) == ["Nos mots à nous."]
    assert typed_of(request) == [("text", "Nos mots à nous.")]


def test_page_of_a_fault_has_the_look_of_the_site():
    page = server_error(sent(text="Nos mots à nous.")).content.decode()
    assert '<link rel="stylesheet" href="/static/css/screen.css">' in page
    assert "Nos mots à nous.</textarea>" in page


def test_page_of_a_fault_is_there_when_static_files_are_missing(settings, tmp_path):
    settings.DEBUG = False
    settings.STATIC_ROOT = tmp_path
    manifest = "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": manifest}}
    response = server_error(sent(text="Nos mots à nous."))
    page = response.content.decode()
    assert (response.status_code, "stylesheet" in page) == (500, False)
    assert "Nos mots à nous.</textarea>" in page


def test_file_that_the_disk_does_not_take_is_told_without_a_view(client, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "nowhere"
    large = SimpleUploadedFile("un.pdf", b"x" * (settings.FILE_UPLOAD_MAX_MEMORY_SIZE + 1))
    response = client.post("/programmes/importer/", {"upload": large})
    assert response.status_code == 503
    assert "<h1>Ce fichier n’est pas encore reçu</h1>" in response.content.decode()

"""Sending a programme's file as a person does: choose it, read the page, confirm."""

import re
from dataclasses import replace

from django.core.files.uploadedfile import SimpleUploadedFile

from programmes import history
from programmes.enums import Cause
from programmes.exchange import complete_file as file
from programmes.exchange import gathering
from programmes.models import Commitment, Programme

NEW = "/programmes/importer/"
OLD_TEXT = "Un premier point. Un deuxième point. Un troisième point."
PLAN, DAY, MAP = "pcs-rupture-reseaux", "journee-hors-reseau", "cartographie-dependances"


def yaml_of(programme) -> bytes:
    return file.dump(gathering.gather(Programme.objects.with_place().get(pk=programme.pk)))


def carried(response) -> dict[str, str]:
    """What the form of a page would send again: its hidden fields and checked buttons."""
    content = response.content.decode()
    fields = re.findall(r'<input type="hidden" name="(.*?)" value="(.*?)">', content)
    checked = re.findall(r'name="(choix-.*?)" value="(\w+)" checked', content)
    return dict(fields + checked)


def send(client, address, content, name="programme-complet.yaml"):
    return client.post(address, {"upload": SimpleUploadedFile(name, content)})


def confirm(client, address, page, **changes):
    return client.post(address, {**carried(page), "consent": "on", **changes})


def without_ids(document):
    return replace(
        document,
        chapters=tuple(
            replace(
                chapter, commitments=tuple(replace(row, id=0) for row in chapter.commitments)
            )
            for chapter in document.chapters
        ),
    )  # fmt: skip


def rewritten(said, change):
    """The chapters of a file with each commitment changed."""
    return tuple(
        replace(chapter, commitments=tuple(map(change, chapter.commitments)))
        for chapter in said.chapters
    )


def commitment(programme, measure):
    row = Commitment.everything.get(programme=programme, measure=measure)
    row.programme = programme
    return row


def write(row, **fields):
    """Saves as a form does: with a new version in the history."""
    row.advance()
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))
    history.record(row, Cause.EDITED)


def tune(row, value):
    row.advance()
    row.parameters.filter(slug="delai_revision_mois").update(value=value)
    history.record(row, Cause.EDITED)


def edit(content: bytes, *pairs: tuple[str, str]) -> bytes:
    """As somebody rewrites the file in a text editor."""
    text = content.decode()
    for old, new in pairs:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    return text.encode()

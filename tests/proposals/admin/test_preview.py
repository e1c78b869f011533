"""A wording as it will be read, whatever it holds."""

import re

import pytest

from proposals.admin import preview
from proposals.desk.models import Measure, Parameter, Wording

from .pages import MEASURE, page

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_the_preview_shows_settings_with_their_defaults_in_words(admin_client):
    measure = Measure.objects.get(pk=MEASURE)
    measure.parameters.all().delete()
    Parameter.objects.create(
        measure=measure,
        slug="jours",
        label="Jours",
        type="integer",
        unit="jours",
        unit_one="jour",
        default="2",
        basis="editorial",
    )
    wording = measure.wordings.get(is_default=True)
    wording.text = "Pendant {jours}, **rien** ! Et {autre}."
    html = preview.of_wording(wording)
    assert (
        "<p>Pendant <mark>2\u00a0jours</mark>, <strong>rien</strong>\u202f! Et {autre}.</p>" in html
    )
    assert "« {autre} » n’est pas un réglage de cette mesure." in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](https://a.example/{jours}\ue010\ue011)",
        '</textarea><script>alert(1)</script>"><svg onload=alert(1)>',
    ],
)
def test_a_hostile_text_is_harmless_in_the_preview(admin_client, text):
    Parameter.objects.filter(measure=MEASURE).delete()
    Parameter.objects.create(
        measure_id=MEASURE, slug="jours", label="J", type="text", default=text, basis="editorial"
    )
    Wording.objects.filter(measure=MEASURE, is_default=True).update(
        text=f"{text} {{jours}}", line=text[:90], easy=text
    )
    for url in (
        page(Measure, "change", MEASURE),
        page(Wording, "change", Wording.objects.get(measure=MEASURE, is_default=True).pk),
    ):
        shown = admin_client.get(url).content.decode()
        tags = re.findall(r"<[a-z]+[^>]*>", shown)
        assert [tag for tag in tags if tag.startswith("<script") and "src=" not in tag] == []
        hostile = ("<svg onload", "<img src=x", '<a href="javascript', '<mark>"', '\ue010"')
        assert [tag for tag in tags if tag.startswith(hostile)] == []

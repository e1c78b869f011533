"""Finding rows: filters, counts, words."""

import pytest

from proposals.desk.models import (
    Example,
    Figure,
    LegalBasis,
    Measure,
    Objection,
    ObjectionSource,
    Proposal,
    Source,
    Threshold,
    Wording,
    WordingSize,
)

from .pages import MEASURE, page, slugs

# Django's own admin templates read variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]


def test_measures_with_a_legal_basis_to_verify(admin_client):
    LegalBasis.objects.update(confidence="sure")
    LegalBasis.objects.filter(measure=MEASURE).update(confidence="to-verify")
    assert slugs(admin_client, Measure, **{"a-verifier": "base-legale"}) == [MEASURE]


def test_measures_with_a_source_whose_date_is_to_verify(admin_client):
    Source.objects.update(date="2026")
    Example.objects.exclude(source=None).update(source="acbm-vsa")
    LegalBasis.objects.exclude(source=None).update(source="acbm-vsa")
    example = Example.objects.exclude(source=None).first()
    example.source = Source.objects.create(
        slug="ancienne", title="A", date="vers 2006 (à vérifier)"
    )
    example.save()
    assert slugs(admin_client, Measure, **{"a-verifier": "date"}) == [example.measure_id]


def test_measures_with_a_legal_basis_or_an_example_without_source(admin_client):
    LegalBasis.objects.update(source="acbm-vsa")
    Example.objects.update(source="acbm-vsa")
    basis, example = LegalBasis.objects.first(), Example.objects.last()
    LegalBasis.objects.filter(pk=basis.pk).update(source=None)
    Example.objects.filter(pk=example.pk).update(source=None)
    found = [
        slugs(admin_client, Measure, **{"sans-source": value})
        for value in ("base-legale", "exemple")
    ]
    assert found == [[basis.measure_id], [example.measure_id]]


def test_measures_without_a_wording_for_a_size(admin_client):
    WordingSize.objects.filter(size_class="bourg").delete()
    wording = Wording.objects.filter(is_default=False).first()
    WordingSize.objects.create(wording=wording, size_class_id="bourg")
    expected = sorted(Measure.objects.exclude(pk=wording.measure_id).values_list("pk", flat=True))
    assert slugs(admin_client, Measure, **{"sans-declinaison": "bourg"}) == expected


@pytest.mark.parametrize(
    ("lookup", "field", "value"),
    [
        ("published__exact", "published", False),
        ("retired__exact", "retired", True),
        ("origin__exact", "origin", "site"),
        ("decided_by__exact", "decided_by", "other"),
        ("horizon__exact", "horizon", "term"),
        ("budget__exact", "budget", "saving"),
        ("difficulty__exact", "difficulty", "hard"),
    ],
)
def test_measures_by_their_own_fields(admin_client, lookup, field, value):
    other = {"published": True, "retired": False, "origin": "tribune", "decided_by": "mayor"}
    other |= {"horizon": "mid-term", "budget": "neutral", "difficulty": "easy"}
    Measure.objects.update(**other)
    Measure.objects.filter(pk=MEASURE).update(**{field: value})
    address = {lookup: int(value) if isinstance(value, bool) else value}
    assert slugs(admin_client, Measure, **address) == [MEASURE]


def test_measures_by_proposal_and_by_purpose(admin_client):
    measure = Measure.objects.get(pk=MEASURE)
    by_proposal = sorted(measure.proposal.measures.values_list("pk", flat=True))
    assert slugs(admin_client, Measure, proposal__slug__exact=measure.proposal_id) == by_proposal
    by_purpose = sorted(Measure.objects.filter(purposes="emploi").values_list("pk", flat=True))
    assert slugs(admin_client, Measure, purposes__slug__exact="emploi") == by_purpose


def test_the_filters_of_measures_have_french_titles(admin_client):
    filters = admin_client.get(page(Measure)).context["cl"].filter_specs
    assert [spec.title for spec in filters] == [
        *("publiée", "retirée", "à vérifier", "sans source", "sans déclinaison pour une strate"),
        *("provenance", "qui décide", "échéance", "effet budgétaire", "difficulté"),
        *("finalités", "proposition"),
    ]


def test_measures_are_found_by_the_text_of_a_wording_with_or_without_accents(admin_client):
    wording = Wording.objects.filter(measure=MEASURE).last()
    wording.text += " Un mot jamais lu : énigmatique."
    wording.save()
    assert slugs(admin_client, Measure, q="énigmatique") == [MEASURE]
    assert slugs(admin_client, Measure, q="enigmatique") == [MEASURE]
    assert slugs(admin_client, Measure, q=MEASURE) == [MEASURE]


def test_proposals_by_their_figures(admin_client):
    Figure.objects.update(caveat="", source="acbm-vsa")
    with_caveat, without_source = Figure.objects.first(), Figure.objects.last()
    Figure.objects.filter(pk=with_caveat.pk).update(caveat="Ordre de grandeur.")
    Figure.objects.filter(pk=without_source.pk).update(source=None)
    found = [slugs(admin_client, Proposal, chiffres=value) for value in ("reserve", "sans-source")]
    assert found == [[with_caveat.proposal_id], [without_source.proposal_id]]


def test_sources_are_counted_and_those_that_nothing_cites_are_found(admin_client):
    unused = Source.objects.create(slug="jamais-citee", title="Jamais citée", date="2026")
    once = Source.objects.create(slug="citee", title="Citée", date="2026")
    Threshold.objects.update(source=once)
    ObjectionSource.objects.create(objection=Objection.objects.first(), source=once)
    listed = admin_client.get(page(Source), {"q": "citee"}).context["cl"].queryset
    assert {row.pk: row.uses for row in listed} == {
        unused.pk: 0,
        once.pk: Threshold.objects.count() + 1,
    }
    expected = sorted(
        row.pk
        for row in Source.objects.all()
        if not any(
            getattr(row, name).exists()
            for name in ("legalbasis_set", "example_set", "figure_set", "threshold_set")
        )
        and not row.objectionsource_set.exists()
        and not row.reflectionsheet_set.exists()
    )
    assert unused.pk in expected
    assert slugs(admin_client, Source, emploi="aucun") == expected


def test_sources_whose_date_is_to_verify(admin_client):
    Source.objects.update(date="2026")
    Source.objects.filter(pk="acbm-vsa").update(date="")
    Source.objects.filter(pk="gironde").update(date="2009 (à vérifier)")
    assert slugs(admin_client, Source, date="a-verifier") == ["acbm-vsa", "gironde"]

"""Many programmes at once, written straight into the tables: to be counted, not to be opened."""

from programmes.enums import Status
from programmes.models import Chapter, Commitment, Programme
from proposals.models import Measure

MEASURE = "pcs-rupture-reseaux"
# A population of each size of commune.
SIZES = {"village": 154, "bourg": 2000, "petite-ville": 5000, "ville-moyenne": 20000,
         "grande-ville": 160000}  # fmt: skip


def crowd(number, measures=(MEASURE,), *, size="village", horizon="term", **values):
    """Programmes of one size of commune, each with these measures; gives them."""
    population = SIZES[size]
    programmes = Programme.objects.bulk_create(
        Programme(commune_id="26027", own_population=population, title="Un titre secret")
        for _ in range(number)
    )
    chapters = Chapter.objects.bulk_create(
        Chapter(programme=programme, number=1, title="Chapitre") for programme in programmes
    )
    measures = Measure.objects.filter(pk__in=measures)
    Commitment.objects.bulk_create(
        Commitment(
            programme=chapter.programme, chapter=chapter, measure=measure, horizon=horizon,
            decided_by="mayor", **{"status": Status.RETAINED, "base_title": measure.title,
                                   "base_text": "Le catalogue.", **values},
        )
        for chapter in chapters
        for measure in measures
    )  # fmt: skip
    return programmes

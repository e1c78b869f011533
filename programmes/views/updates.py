"""What the catalogue says now: one list, one page per commitment, three answers, all undone."""

from collections.abc import Iterator
from dataclasses import dataclass
from operator import attrgetter

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from desescalade import merging, typography
from proposals import placeholders
from proposals.placeholders import Setting

from .. import access, drafts, history, updates
from ..access import Action
from ..enums import Cause
from ..forms.texts import UpdateForm
from ..models import Change, Commitment, Programme
from ..updates import Update
from . import ordering, private_form, private_page

# The last answers to updates, that can be undone from the list.
LAST_ANSWERS = 10
# The last saves that a page which is stale tells of.
SHOWN_SAVES = 5


@private_page
def update_list(request: HttpRequest, programme_id: str) -> HttpResponse:
    """What the catalogue has changed since: untouched texts, own ones, withdrawn measures."""
    programme = access.programme_for(request, programme_id, Action.READ)
    news = updates.news(programme)
    withdrew = updates.releases_of(programme, news.withdrawn)
    releases = {row.revision.release for row in news.waiting} | set(withdrew.values())
    return render(
        request,
        "programmes/update_list.html",
        {
            "programme": programme,
            "untouched": [row for row in news.waiting if row.is_untouched],
            "adapted": [row for row in news.waiting if not row.is_untouched],
            "withdrawn": [(row, withdrew.get(row.commitment.pk)) for row in news.withdrawn],
            "releases": sorted(releases, key=attrgetter("pk"), reverse=True),
            "answers": _last_answers(programme),
        },
    )


def _last_answers(programme: Programme) -> list[Change]:
    """Those that are still the newest version of their commitment."""
    changes = programme.changes.with_subjects().filter(cause__in=[Cause.UPDATED, Cause.REFUSED])
    return [
        change
        for change in changes[: 3 * LAST_ANSWERS]
        if change.commitment.version == change.version and not change.commitment.dropped_at
    ][:LAST_ANSWERS]


@require_POST
def take_untouched(request: HttpRequest, programme_id: str) -> HttpResponse:
    """Takes the new text of every commitment that the page showed and that is still the same."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    shown = set(request.POST.getlist("take"))
    taken = 0
    for update in updates.waiting(programme):
        if update.is_untouched and update.mark in shown:
            with transaction.atomic():
                if update.commitment.claim(update.commitment.version):
                    updates.take(update)
                    taken += 1
    if taken < len(shown):
        messages.info(request, "Ce qui a changé entre-temps attend encore votre réponse.")
    if taken:
        messages.success(
            request, f"Textes repris du catalogue : {taken}. Chacun peut être annulé ci-dessous."
        )
    return redirect("programmes:updates", programme.pk)


@private_form
def update_detail(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """The catalogue's changes beside the team's text: take, keep, or put together."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    commitment = get_object_or_404(Commitment.objects.with_parameters(), programme=programme, pk=pk)
    update = updates.update_for(programme, commitment)
    if update is None:
        messages.info(request, "Le catalogue ne dit rien de plus nouveau sur cet engagement.")
        return redirect("programmes:updates", programme.pk)
    form = UpdateForm(drafts.typed(request), update=update)
    if request.method == "POST":
        answer = request.POST.get("answer")
        if answer in ("take", "keep"):
            return _answer(request, update, answer)
        if form.is_valid() and form.save_unless_changed():
            messages.success(request, "Les deux textes sont réunis.")
            return redirect("programmes:updates", programme.pk)
    is_stale = request.method == "POST" and form.is_valid()
    return render(
        request,
        "programmes/update_detail.html",
        {
            "programme": programme,
            "update": update,
            "form": form,
            "rows": list(_rows(update, form)),
            "since": is_stale and _since(update, request.POST),
        },
        status=409 if is_stale else 200,
    )


@dataclass(frozen=True)
class Since:
    """What has become of a commitment and its update since a page of them was shown."""

    saves: tuple[Change, ...]
    texts: tuple[tuple[str, tuple[merging.Piece, ...]], ...]
    is_other_edition: bool


def _since(update: Update, shown: QueryDict) -> Since:
    """`shown` holds the version and the revision of the page; the newest save comes first."""
    commitment, version = update.commitment, ordering.number(shown, "version")
    reading = Reading.of(update)
    then = history.state_at(commitment, version)
    saves = Change.objects.of(commitment).filter(version__gt=version) if then else ()
    texts = []
    for name in update.changed_fields() if then else ():
        before, now = then[name] or then[f"base_{name}"], commitment.source_text(name)
        if before != now:
            label = Commitment._meta.get_field(name).verbose_name
            texts.append((label, reading.difference(before, now)))
    is_other_edition = ordering.number(shown, "revision") != update.revision.pk
    return Since(tuple(saves[:SHOWN_SAVES]), tuple(texts), is_other_edition)


def _who_saved(since: Since) -> str:
    """In one sentence, who has moved the ground under a page that was read."""
    if not since.saves:
        return "Le texte ou le catalogue a changé pendant que vous lisiez"
    last = since.saves[0]
    at = typography.time_in_words(timezone.localtime(last.at).time())
    who = last.alias or "Quelqu’un de l’équipe"
    return f"{who} a enregistré à {at} pendant que vous lisiez ({last.get_cause_display()})"


@dataclass(frozen=True)
class Reading:
    """Texts of a commitment as its team reads them: settings by their values, in plain text.

    What the new text brings along has the value that comes with it.
    """

    settings: dict[str, Setting]
    commune: str
    intercommunality: str

    @classmethod
    def of(cls, update: Update) -> "Reading":
        commitment, programme = update.commitment, update.commitment.programme
        size = commitment.taken_at_size
        coming = update.measure.parameters.prefetch_related("by_size")
        return cls(
            {row.slug: Setting(row.in_words(row.value_for(size)), row.label) for row in coming}
            | {row.slug: Setting(row.in_words, row.label) for row in commitment.parameters.all()},
            programme.commune.name,
            programme.intercommunality_in_words() or placeholders.NO_INTERCOMMUNALITY,
        )

    def text(self, text: str) -> str:
        return placeholders.fill(
            text,
            {slug: setting.words for slug, setting in self.settings.items()},
            commune=self.commune,
            intercommunality=self.intercommunality,
            escape=str,
        )

    def difference(self, old: str, new: str) -> tuple[merging.Piece, ...]:
        return placeholders.read(
            merging.word_diff(old, new),
            self.settings,
            self.settings,
            commune=self.commune,
            intercommunality=self.intercommunality,
        )


def _rows(update: Update, form: UpdateForm) -> Iterator[dict]:
    """Each text: what the catalogue changed, what clashes, the box with both put together."""
    reading = Reading.of(update)
    for name in update.changed_fields():
        base, own = update.base_text(name), update.commitment.source_text(name)
        yield {
            "field": form[name],
            "catalogue": reading.difference(base, update.new_text(name)),
            "ours": reading.difference(base, own) if own != base else (),
            "conflicts": [
                {"own": reading.text(part.own), "new": reading.text(part.new)}
                for part in update.merged(name).conflicts
            ],
        }


def _answer(request: HttpRequest, update: Update, answer: str) -> HttpResponse:
    version = ordering.number(request.POST, "version")
    is_shown = ordering.number(request.POST, "revision") == update.revision.pk
    with transaction.atomic():
        if not is_shown or not update.commitment.claim(version):
            who_saved = _who_saved(_since(update, request.POST))
            messages.error(request, f"{who_saved}\u00a0: regardez de nouveau.")
            return redirect(request.path)
        if answer == "take":
            updates.take(update)
            messages.success(request, "Le texte du catalogue est repris.")
        else:
            updates.refuse(update)
            messages.success(
                request, "Vous gardez votre texte, jusqu’à ce que le catalogue change encore."
            )
    return redirect("programmes:updates", update.commitment.programme_id)


@require_POST
def undo(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Goes back to what a commitment said before an answer to an update."""
    programme = access.programme_for(request, programme_id, Action.WRITE)
    change = get_object_or_404(
        Change.objects.with_subjects(),
        programme=programme,
        pk=pk,
        cause__in=[Cause.UPDATED, Cause.REFUSED],
    )
    commitment = change.commitment
    commitment.programme = programme
    before = Change.objects.of(commitment).filter(version=change.version - 1).first()
    with transaction.atomic():
        is_newest = before is not None and commitment.claim(change.version)
        if is_newest:
            history.restore(commitment, before, is_claimed=True)
    if is_newest:
        messages.success(request, "C’est annulé : la mise à jour attend de nouveau.")
    else:
        messages.error(
            request,
            "Cet engagement a été modifié depuis : revenez à une version d’avant par son"
            " historique.",
        )
    return redirect("programmes:updates", programme.pk)

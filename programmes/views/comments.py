"""What the team says of a commitment: never printed, never exported."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from .. import access, drafts, submissions
from ..access import Action
from ..forms.team import CommentForm
from ..models import Comment, Commitment
from . import private_form


@private_form
def comment_list(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """The comments on a commitment; on POST, adds one."""
    action = Action.COMMENT if request.method == "POST" else Action.READ
    programme = access.programme_for(request, programme_id, action)
    commitment = get_object_or_404(Commitment.objects.with_parameters(), programme=programme, pk=pk)
    commitment.programme = programme
    form = CommentForm(
        drafts.typed(request), instance=Comment(commitment=commitment, alias=programme.author)
    )
    here = reverse("programmes:comments", args=[programme.pk, commitment.pk])
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            form.save()
            return here

        messages.success(request, "Commentaire ajouté.")
        return redirect(submissions.once(request, make, by_content=True))
    return render(
        request,
        "programmes/comment_list.html",
        {
            "programme": programme,
            "commitment": commitment,
            "text": commitment.shown("text"),
            "comments": commitment.comments.all(),
            "form": form,
        },
    )


@require_POST
def resolve(request: HttpRequest, programme_id: str, pk: int) -> HttpResponse:
    """Says that a comment is dealt with, or opens it again (`reopen`)."""
    programme = access.programme_for(request, programme_id, Action.COMMENT)
    comment = get_object_or_404(Comment, commitment__programme=programme, pk=pk)
    if "reopen" in request.POST:
        comment.reopen()
    else:
        comment.resolve(programme.author)
    return redirect("programmes:comments", programme.pk, comment.commitment_id)

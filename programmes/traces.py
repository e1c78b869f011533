"""What a programme leaves outside its own rows goes with it, whoever deletes it and how."""

from functools import partial
from typing import Any

from django.db import transaction

from .models import Draft, Programme, Submission
from .printing import kept, queued


def erase(sender: type[Programme], instance: Programme, **kwargs: Any) -> None:
    """After a programme is deleted: drafts of its pages, names of what forms made, its prints,
    those that are asked for too.

    The forms themselves stay known, so that none of them opens the programme again.
    """
    Draft.objects.filter(path__contains=f"/{instance.pk}/").delete()
    Submission.objects.filter(made__contains=instance.pk).update(made="")
    # An order of a print holds its whole text.
    queued.forget_all()
    transaction.on_commit(partial(kept.forget, instance.pk))

"""Nothing of the queue is shown: a job that waits holds the words of a team."""

from django.contrib import admin
from django_tasks_db.models import DBTaskResult

admin.site.unregister(DBTaskResult)

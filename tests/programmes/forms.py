"""Sending the workshop's forms, at the version that is saved unless told otherwise."""

import html
import re

from django.urls import reverse


def adapt(client, commitment, **changes):
    texts = {field: commitment.source_text(field) for field in ("title", "line", "text", "easy")}
    settings = {f"reglage_{row.slug}": row.value for row in commitment.parameters.all()}
    data = {
        **texts, **settings, "version": commitment.version,
        "horizon": "term", "status": "retained", "reason": "", **changes,
    }  # fmt: skip
    return client.post(commitment.get_absolute_url(), data)


def arrange(client, chapter, page="", **changes):
    """Sends the order and the figures of a chapter; ranks as `**{"rank-12": "1"}`."""
    chapter.refresh_from_db()
    address = reverse("programmes:chapter", args=[chapter.programme_id, chapter.number])
    data = {"version": chapter.version, **changes}
    return client.post(f"{address}{page and f'?page={page}'}", data)


def save_settings(client, programme, **changes):
    programme.refresh_from_db()
    address = reverse("programmes:settings", args=[programme.pk])
    data = {"kind": "campaign", "version": programme.version, **changes}
    return client.post(address, data, follow=True)


def resend(client, address, response, changes):
    """Sends the form of a page as a browser would that shows it, with these fields changed."""
    page = response.content.decode()
    page = page[page.index('<form method="post" class="block"') :]
    data: dict[str, list[str]] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        name, value = (
            html.unescape((re.search(rf' {what}="([^"]*)"', tag) or ["", ""])[1])
            for what in ("name", "value")
        )
        if 'type="radio"' not in tag or " checked" in tag:
            data.setdefault(name, []).append(value)
    return client.post(address, {**data, **changes})

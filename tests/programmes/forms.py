"""Sending the workshop's forms."""


def adapt(client, commitment, **changes):
    texts = {field: commitment.source_text(field) for field in ("title", "line", "text", "easy")}
    settings = {f"reglage_{row.slug}": row.value for row in commitment.parameters.all()}
    data = {
        **texts, **settings, "version": commitment.version,
        "horizon": "term", "status": "retained", "reason": "", **changes,
    }  # fmt: skip
    return client.post(commitment.get_absolute_url(), data)

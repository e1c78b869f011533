"""What the catalogue tells those who follow it, within the transaction that writes it.

The catalogue knows nobody who listens. A receiver that fails undoes what was written.
"""

from django.dispatch import Signal

# With `catalogue`, and `values`: entries of the working copy as they are now, None for one gone.
drafts_changed = Signal()
# With `release`, and `values`: the entries that it changed, as the public reads them now.
released = Signal()

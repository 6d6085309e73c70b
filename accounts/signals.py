"""News from the people's side."""

from django.dispatch import Signal

# Sent inside the transaction that wrote the one-time code, so that the message row stands or falls with it.
# The code in clear exists only here, the table keeps a hash. Delivery is at most once: who asks again gets a new one.
# Arguments: phone (84xxxxxxxxx), code (six digits), purpose (CodePurpose), language ("vi" or "en"),
# expires_at, at (aware datetimes).
code_issued = Signal()

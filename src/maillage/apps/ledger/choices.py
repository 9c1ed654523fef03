"""The words of the room and its tables of transitions."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

AMOUNT_MAX = 10**13
"""The greatest amount of one transfer, in hundredths of the unit: a hundred thousand million units."""
BALANCE_MAX = 4 * 10**18
"""Beyond it, one more transfer could leave the 64 bits of a column; the database stops before."""


class Purpose(models.TextChoices):
    """Whose account it is: an organisation's, or the circle's own (commission and demurrage go there)."""

    MEMBER = "member", pgettext_lazy("purpose of an account", "Member")
    COMMON = "common", pgettext_lazy("purpose of an account", "Common account")


class AccountStatus(models.TextChoices):
    """Suspended: it receives but no longer pays. Frozen: nothing moves. Closed: at zero, until its owner comes back."""

    OPEN = "open", pgettext_lazy("state of an account", "Open")
    SUSPENDED = "suspended", pgettext_lazy("state of an account", "Suspended")
    FROZEN = "frozen", pgettext_lazy("state of an account", "Frozen")
    CLOSED = "closed", pgettext_lazy("state of an account", "Closed")


ACCOUNT_TRANSITIONS: dict[str, tuple[str, ...]] = {
    AccountStatus.OPEN: (AccountStatus.SUSPENDED, AccountStatus.FROZEN, AccountStatus.CLOSED),
    AccountStatus.SUSPENDED: (AccountStatus.OPEN, AccountStatus.FROZEN, AccountStatus.CLOSED),
    AccountStatus.FROZEN: (AccountStatus.OPEN, AccountStatus.SUSPENDED, AccountStatus.CLOSED),
    AccountStatus.CLOSED: (AccountStatus.OPEN, AccountStatus.SUSPENDED, AccountStatus.FROZEN),
}

PAYS = (AccountStatus.OPEN,)
"""States in which an account pays, asks, and reserves."""
RECEIVES = (AccountStatus.OPEN, AccountStatus.SUSPENDED)
"""States in which an account receives, and in which what it had reserved may still be posted."""


class Accepts(models.TextChoices):
    """Whose requests are accepted without asking."""

    NOBODY = "nobody", _("Nobody: each request is shown to us first")
    LISTED = "listed", _("The organisations that we name")
    EVERYBODY = "everybody", _("All the members")


class State(models.TextChoices):
    """Where a transfer stands. Only `POSTED` counts in a balance; only `PENDING` is reserved."""

    REQUESTED = "requested", pgettext_lazy("state of a transfer", "Waiting for an answer")
    PENDING = "pending", pgettext_lazy("state of a transfer", "Reserved")
    POSTED = "posted", pgettext_lazy("state of a transfer", "Done")
    VOIDED = "voided", pgettext_lazy("state of a transfer", "Withdrawn")
    REFUSED = "refused", pgettext_lazy("state of a transfer", "Refused")
    EXPIRED = "expired", pgettext_lazy("state of a transfer", "Out of date")


TRANSFER_TRANSITIONS: dict[str, tuple[str, ...]] = {
    State.REQUESTED: (State.POSTED, State.REFUSED, State.VOIDED, State.EXPIRED),
    State.PENDING: (State.POSTED, State.VOIDED, State.EXPIRED),
    State.POSTED: (),
    State.VOIDED: (),
    State.REFUSED: (),
    State.EXPIRED: (),
}
"""What is posted stays: a reversal is another transfer."""


class Nature(models.TextChoices):
    """Why units move."""

    TRADE = "trade", pgettext_lazy("nature of a transfer", "Exchange")
    CLEARING = "clearing", pgettext_lazy("nature of a transfer", "Debts set off")
    REVERSAL = "reversal", pgettext_lazy("nature of a transfer", "Reversal")
    COMMISSION = "commission", pgettext_lazy("nature of a transfer", "Commission")
    DEMURRAGE = "demurrage", pgettext_lazy("nature of a transfer", "Demurrage")


class Verb(models.TextChoices):
    """What one act does."""

    OPEN_UNIT = "open_unit", _("opened a unit of account")
    CHANGE_UNIT = "change_unit", _("changed the rules of a unit of account")
    OPEN_ACCOUNT = "open_account", _("opened an account")
    CHANGE_LIMITS = "change_limits", _("changed the limits of an account")
    CHANGE_STATUS = "change_status", _("changed the state of an account")
    CHOOSE_ACCEPTANCE = "choose_acceptance", _("chose whose requests are accepted")
    PAY = "pay", _("paid")
    REQUEST = "request", _("asked to be paid")
    RESERVE = "reserve", _("reserved")
    ACCEPT = "accept", _("accepted a request")
    REFUSE = "refuse", _("refused a request")
    POST = "post", _("paid what was reserved")
    VOID = "void", _("withdrew a request or a reservation")
    EXPIRE = "expire", _("let a request or a reservation go out of date")
    REVERSE = "reverse", _("reversed a transfer")
    COLLECT = "collect", _("took the demurrage of a month")

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Network roles of a signed-in person; a visitor has none. Order matters: each includes the ones before."""

    MEMBER = "member", _("Member")
    FACILITATOR = "facilitator", _("Facilitator")
    ADMINISTRATOR = "administrator", _("Network administrator")


ROLE_RANKS: dict[str, int] = {Role.MEMBER: 0, Role.FACILITATOR: 1, Role.ADMINISTRATOR: 2}

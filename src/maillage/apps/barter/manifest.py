from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import RoomManifest

MANIFEST = RoomManifest(
    name="barter",
    label=_("Barter"),
    description=_("Trade without cash within a circle of organisations."),
    icon="handshake",
    url_namespaces=("barter",),
)

"""What the journal's verbs say on screen.

Rooms declare theirs in their manifest (`audit_verbs`); a verb that nobody declared is shown as it is written.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from maillage.kernel.rooms.manifest import Text, all_manifests

_HOUSE_VERBS: dict[str, Text] = {
    "site.change": _("changed the settings of the site"),
    "site.finish_welcome": _("opened the site"),
    "job.run_again": _("ran a task again"),
    "job.drop": _("dropped a task"),
    "synonyms.write": _("changed synonyms of the search"),
    "synonyms.remove": _("removed synonyms of the search"),
    "synonyms.reset": _("removed all the synonyms of the site"),
}
"""What is done in the kernel's own pages, which belong to no room."""


def verb_label(verb: str) -> Text:
    if verb in _HOUSE_VERBS:
        return _HOUSE_VERBS[verb]
    for room in all_manifests():
        if verb in room.audit_verbs:
            return room.audit_verbs[verb]
    return verb

"""What the grouping core answers, as sentences."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from maillage.cores.grouping import Impossible
from maillage.cores.grouping.values import Family

NAMED_MAX = 8


def why_not(why: Impossible, names: Mapping[str, str]) -> list[str]:
    """Why there are no groups, and what is enough to relax. `names`: by participant key."""
    who = _list([names.get(key, key) for key in why.names])
    said = {"who": who, "count": why.at_least, "limit": why.limit}
    found = _reasons()[why.reason] % said
    at = [_("At meeting %(number)d.") % {"number": why.round}] if why.round else []
    if why.relax:
        ways = get_text_list([_ways()[family] for family in why.relax], _("or"))
        at.append(_("What would be enough: %(ways)s.") % {"ways": ways})
    if not why.proven:
        at.append(_("A long search found nothing; it is not proven that nothing exists."))
    return [found, *at]


def _list(names: list[str]) -> str:
    shown = names[:NAMED_MAX]
    if len(names) > NAMED_MAX:
        shown.append(_("%(count)d others") % {"count": len(names) - NAMED_MAX})
    return get_text_list(shown, _("and"))


def _reasons() -> dict[str, str]:
    return {
        "size": _("These people cannot be shared out into groups of the sizes asked: %(count)d are missing."),
        "structure": _("Too many people of one structure for the number of groups: %(who)s."),
        "apart": _("Too many people must never meet: %(who)s."),
        "together": _("People who must meet cannot be put in one group: %(who)s."),
        "language": _("Some people have no language shared by enough others: %(who)s."),
        "half_day": _("Some people have no half-day shared by enough others: %(who)s."),
        "absence": _("Absences leave too few people, or keep apart people who must meet: %(who)s."),
        "moves": _("Too many people would change groups: %(count)d, where %(limit)d may. They are: %(who)s."),
        "several": _("No groups hold all the rules together."),
    }


def _ways() -> dict[Family, str]:
    return {
        "size": _("accept smaller or larger groups"),
        "structure": _(
            "add people of other structures, or ask some of this one to come to another programme"
        ),
        "apart": _("remove a rule “must never be in one group”"),
        "together": _("remove a rule “must be in one group at least once”"),
        "language": _("accept another language for somebody"),
        "half_day": _("find one more free half-day for somebody"),
        "absence": _("move a meeting, or do without an absence"),
        "moves": _("compose the groups anew, if no session was held"),
    }

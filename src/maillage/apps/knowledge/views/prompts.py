"""The questions that help to find one's words, step by step."""

from __future__ import annotations

from django.utils.translation import gettext as _

from maillage.apps.knowledge.choices import Kind


def prompts_of(kind: str) -> tuple[str, ...]:
    """Three or four questions for a step, to be asked aloud."""
    found = {
        Kind.SAVOIR: (
            _("What do you know well enough to explain it to somebody?"),
            _("Which subjects do people come and ask you about?"),
            _("Which culture, place or history do you know from the inside?"),
            _("What would you like to know, and who might teach you?"),
        ),
        Kind.SAVOIR_FAIRE: (
            _("What do you do with your hands, your tools, your software?"),
            _("What do you do that your neighbours do not?"),
            _("Which gesture or method would you show to a newcomer first?"),
            _("What would you like to be able to do, and cannot yet?"),
        ),
        Kind.MILIEU: (
            _("With whom do you understand each other at half a word?"),
            _("Which circles, trades or networks share your codes and ways of seeing?"),
            _("Who would vouch for you, and for whom would you?"),
            _("Into which circle would you like to be introduced?"),
        ),
    }
    return found[Kind(kind)]


def lead_of(kind: str) -> str:
    """What a step is about, in a sentence."""
    found = {
        Kind.SAVOIR: _("What one knows: subjects, cultures, places."),
        Kind.SAVOIR_FAIRE: _("What one knows how to do: gestures, techniques, methods."),
        Kind.MILIEU: _("The worlds that share the same techniques, codes and ways of seeing."),
    }
    return found[Kind(kind)]

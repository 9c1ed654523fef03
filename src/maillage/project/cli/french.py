"""The words of the command-line library, in French.

Typer asks Python's gettext for the titles of its help, at import time, and says its refusals in English without asking:
the first are answered from here, the second are said again in French by `refusal`.
"""

from __future__ import annotations

import gettext
import re

TITLES = {
    "Arguments": "Arguments",
    "Options": "Options",
    "Commands": "Commandes",
    "Error": "Erreur",
    "Aborted.": "Interrompu.",
    "Aborted!": "Interrompu.",
    "[default: {}]": "[défaut : {}]",
    "default: {default}": "défaut : {default}",
    "[env var: {}]": "[variable : {}]",
    "env var: {var}": "variable : {var}",
    "[required]": "[nécessaire]",
    "required": "nécessaire",
    "Try [blue]'{command_path} {help_option}'[/] for help.": "Aide : [blue]{command_path} {help_option}[/]",
}

REFUSALS = (
    (r"No such command '(.*)'\. Did you mean (.*)\?", "Il n'y a pas de commande « {} » ; peut-être {} ?"),
    (r"No such command '(.*)'\.", "Il n'y a pas de commande « {} »."),
    (r"Missing command\.", "Il manque la commande."),
    (r"No such option: (\S+) \(Possible options: (.*)\)", "Il n'y a pas d'option {} ; peut-être {} ?"),
    (r"No such option: (\S+)", "Il n'y a pas d'option {}."),
    (r"Option '(.*)' requires an argument\.", "L'option {} attend une valeur."),
    (r"Option '(.*)' does not take a value\.", "L'option {} ne prend pas de valeur."),
    (r"Got unexpected extra argument\(s\) \((.*)\)", "Argument de trop : {}"),
    (r"Missing argument '(.*)'\.", "Il manque {}."),
    (r"Missing (?:option|parameter) '?(.*?)'?\.", "Il manque l'option {}."),
    (r"Invalid value for '(.*)': Input should be a valid (?:integer|number).*", "{} attend un nombre."),
    (
        r"Invalid value for '(.*)': Input should be (?:greater|less) than or equal to (.*)",
        "{} dépasse la limite, qui est {}.",
    ),
    (r"Invalid value for '(.*)': Input should be (.*)", "Valeur refusée pour {} : attendu {}."),
    (r"Invalid value for '(.*)': .* '(.*)' does not exist\.", "{} : « {} » n'existe pas."),
    (r"Invalid value for '(.*)': .* '(.*)' is a directory\.", "{} : « {} » est un dossier."),
    (r"Invalid value for '(.*)': .* '(.*)' is a file\.", "{} : « {} » n'est pas un dossier."),
    (
        r"Invalid value for '(.*)': .* '(.*)' is not (?:readable|writable)\.",
        "{} : « {} » n'est pas accessible.",
    ),
    (r"Invalid value for '?(.*?)'?: (.*)", "Valeur refusée pour {} : {}"),
)
"""What the library says, as patterns of a whole sentence, and what is said instead."""

_gettext, _ngettext = gettext.gettext, gettext.ngettext


def install() -> None:
    """Answer in French; must run before typer is imported."""

    def one(message: str) -> str:
        return TITLES.get(message) or _gettext(message)

    def several(msgid1: str, msgid2: str, n: int) -> str:
        return TITLES.get(msgid1) or _ngettext(msgid1, msgid2, n)

    gettext.gettext, gettext.ngettext = one, several


def refusal(sentence: str) -> str:
    """The library's English sentence in French; as it is when the library has learnt a new one."""
    for pattern, french in REFUSALS:
        if found := re.fullmatch(pattern, sentence, re.DOTALL):
            return french.format(*found.groups())
    return sentence

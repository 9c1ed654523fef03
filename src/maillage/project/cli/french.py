"""The words of the command-line library, in French.

Typer asks Python's gettext at import time; it is answered from here, without a catalogue of its own.
"""

from __future__ import annotations

import gettext

SENTENCES = {
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
    "Missing command.": "Il manque la commande.",
    "No such command {name!r}.": "Il n'y a pas de commande {name!r}.",
    "No such option: {name}": "Il n'y a pas d'option {name}",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing {param_type}": "Il manque : {param_type}",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "{value!r} is not a valid {number_type}.": "{value!r} n'est pas un nombre ({number_type}).",
    "{name} {filename!r} does not exist.": "{name} {filename!r} n'existe pas.",
    "{name} {filename!r} is a directory.": "{name} {filename!r} est un dossier.",
    "File": "Le fichier",
    "Directory": "Le dossier",
    "Path": "Le chemin",
    "Option {name!r} requires an argument.": "L'option {name!r} attend une valeur.",
    "Got unexpected extra argument ({args})": "Argument de trop ({args})",
    "Error: {message}": "Erreur : {message}",
}

_gettext, _ngettext = gettext.gettext, gettext.ngettext


def install() -> None:
    """Answer in French; must run before typer is imported."""

    def one(message: str) -> str:
        return SENTENCES.get(message) or _gettext(message)

    def several(msgid1: str, msgid2: str, n: int) -> str:
        return SENTENCES.get(msgid1) or _ngettext(msgid1, msgid2, n)

    gettext.gettext, gettext.ngettext = one, several

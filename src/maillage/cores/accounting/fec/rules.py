"""The rules that a FEC is held against: a stable code, how grave, a sentence in French, the text that it comes from.

Sentences are French because the texts are: they are shown as they stand, to people who answer to a French office.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

LPF = "LPF, art. A. 47 A-1"
BOFIP = "BOI-CF-IOR-60-40-20, § 10"
PCG = "PCG (règlement ANC 2014-03), livre IV, titre IX"
CHRONOLOGY = "Code de commerce, art. L. 123-12 et R. 123-174"


@dataclass(frozen=True)
class Rule:
    """`sentence`: what the rule asks. `source`: the text that asks it. A `warning` leaves a file conform."""

    code: str
    severity: Severity
    sentence: str
    source: str


_TABLE = (
    # The file.
    ("FIC-01", "error", "Le fichier se nomme SIRENFECAAAAMMJJ.", f"{LPF}, X"),
    ("FIC-02", "error", "Le SIREN du nom a une clé juste.", f"{LPF}, X ; code de commerce, art. R. 123-221"),
    ("FIC-03", "error", "La date de clôture du nom existe.", f"{LPF}, X"),
    ("FIC-04", "warning", "Le fichier finit par .txt.", f"{LPF}, X"),
    ("FIC-05", "error", "Le fichier contient des écritures.", f"{LPF}, VII"),
    ("FIC-06", "error", "Les caractères sont d'ASCII ou d'ISO 8859-15.", f"{LPF}, III, 1°"),
    ("FIC-07", "warning", "Les accents ne sont pas en UTF-8, que le texte ne cite pas.", f"{LPF}, III, 1°"),
    ("FIC-08", "warning", "Le fichier ne commence pas par une marque d'ordre des octets (BOM).", f"{LPF}, III, 1°"),
    ("FIC-09", "error", "Les champs sont séparés par une tabulation ou par « | ».", f"{LPF}, VI"),
    ("FIC-10", "warning", "Toutes les lignes finissent de la même façon, la dernière aussi.", f"{LPF}, I, 1° et VI"),
    ("FIC-11", "error", "Le fichier n'est pas coupé au milieu d'une ligne.", f"{LPF}, VI"),
    ("FIC-12", "warning", "Toutes les lignes sont du même jeu de caractères.", f"{LPF}, III, 1°"),
    # The header.
    ("ENT-01", "error", "La première ligne donne le nom des champs.", BOFIP),
    ("ENT-02", "error", "Les dix-huit champs sont là.", f"{LPF}, VII, 1°"),
    ("ENT-03", "error", "Les champs sont dans l'ordre du texte.", f"{LPF}, VII, 1°"),
    ("ENT-04", "warning", "Les noms des champs s'écrivent comme dans le texte.", BOFIP),
    ("ENT-05", "error", "Aucun champ n'est là deux fois.", f"{LPF}, I, 4°"),
    ("ENT-06", "warning", "Il n'y a pas de champ que le texte ne connaît pas.", f"{LPF}, VII, 1° et VIII"),
    # The lines.
    ("LIG-01", "error", "Chaque ligne a autant de champs que l'en-tête.", f"{LPF}, I, 4°"),
    ("LIG-02", "warning", "Il n'y a pas de ligne vide.", f"{LPF}, VI"),
    ("LIG-03", "warning", "Les champs ne sont pas entre guillemets.", f"{LPF}, VI"),
    ("LIG-04", "warning", "Les champs n'ont pas de blancs au bord.", f"{LPF}, III, 3°"),
    ("LIG-05", "error", "Aucun caractère de commande ne traîne dans une ligne.", f"{LPF}, III, 1°"),
    # What each line must say.
    ("OBL-01", "error", "JournalCode et JournalLib sont remplis.", f"{LPF}, VII, 1°, 1 et 2"),
    ("OBL-02", "error", "EcritureNum est rempli.", f"{LPF}, VII, 1°, 3"),
    ("OBL-03", "error", "CompteNum et CompteLib sont remplis.", f"{LPF}, VII, 1°, 5 et 6"),
    ("OBL-04", "error", "PieceRef est rempli : chaque écriture s'appuie sur une pièce.", f"{LPF}, VII, 1°, 9"),
    ("OBL-05", "error", "EcritureLib est rempli.", f"{LPF}, VII, 1°, 11"),
    # Dates.
    ("DAT-01", "error", "EcritureDate est une date AAAAMMJJ qui existe.", f"{LPF}, III, 4° et VII, 1°, 4"),
    ("DAT-02", "error", "PieceDate est une date AAAAMMJJ qui existe.", f"{LPF}, III, 4° et VII, 1°, 10"),
    ("DAT-03", "error", "ValidDate est une date AAAAMMJJ qui existe.", f"{LPF}, III, 4° et VII, 1°, 16"),
    ("DAT-04", "error", "DateLet, quand elle est remplie, est une date AAAAMMJJ qui existe.", f"{LPF}, III, 4°"),
    ("DAT-05", "error", "EcritureDate est dans l'exercice du nom du fichier.", f"{LPF}, VII ; {CHRONOLOGY}"),
    ("DAT-06", "error", "ValidDate n'est pas avant EcritureDate.", f"{LPF}, VII, 1°, 16 ; PCG, validation"),
    ("DAT-07", "warning", "PieceDate n'est pas après EcritureDate.", f"{LPF}, VII, 1°, 10"),
    # Amounts.
    ("MNT-01", "error", "Un montant s'écrit avec une virgule, sans séparateur de milliers.", f"{LPF}, III, 2°"),
    ("MNT-02", "error", "Un montant a deux décimales au plus.", f"{LPF}, III, 2°"),
    ("MNT-03", "error", "Un montant tient en 64 bits de centimes.", f"{LPF}, III, 2°"),
    ("MNT-04", "error", "Une ligne n'est pas à la fois au débit et au crédit.", f"{PCG} (partie double)"),
    ("MNT-05", "error", "Une ligne n'est pas à zéro au débit et au crédit.", f"{PCG} (partie double)"),
    ("MNT-06", "warning", "Un montant n'est pas négatif : on écrit de l'autre côté.", f"{LPF}, III, 2°"),
    ("MNT-07", "warning", "Le côté sans montant porte 0,00.", f"{LPF}, VII, 1°, 12 et 13"),
    ("MNT-08", "error", "Sens vaut D ou C, +1 ou -1.", f"{LPF}, VII, 1°, 13"),
    # Entries.
    ("ECR-01", "error", "Chaque écriture est équilibrée, au centime.", f"{PCG} (partie double)"),
    ("ECR-02", "error", "Les lignes d'une écriture ont la même date.", f"{LPF}, VII, 1°, 4"),
    ("ECR-03", "warning", "Les lignes d'une écriture se suivent.", f"{LPF}, VII"),
    ("ECR-04", "warning", "Une écriture n'est pas là deux fois.", f"{PCG}"),
    ("ECR-05", "error", "Chaque journal est équilibré.", f"{PCG} (partie double)"),
    ("ECR-06", "error", "Le fichier entier est équilibré.", f"{PCG} (partie double)"),
    ("ECR-07", "warning", "Les lignes d'une écriture ont la même date de validation.", f"{LPF}, VII, 1°, 16"),
    # Numbers.
    ("NUM-01", "error", "Les numéros d'écriture se suivent sans trou.", f"{LPF}, VII, 1°, 3"),
    ("NUM-02", "error", "Un numéro d'écriture ne sert qu'une fois.", f"{LPF}, VII, 1°, 3"),
    ("NUM-03", "error", "Les numéros suivent l'ordre des validations.", f"{LPF}, VII"),
    ("NUM-04", "warning", "Les numéros suivent l'ordre des dates, journal par journal.", CHRONOLOGY),
    ("NUM-05", "warning", "Le numéro d'écriture finit par des chiffres, pour que la suite se vérifie.", f"{LPF}, VII, 1°, 3"),
    # Accounts.
    ("CPT-01", "error", "Les trois premiers caractères du compte sont des chiffres.", f"{LPF}, VII, 1°, 5"),
    ("CPT-02", "error", "Le compte est d'une classe de 1 à 8.", f"{LPF}, VII, 1°, 5 ; PCG, plan de comptes"),
    ("CPT-03", "warning", "Un compte a toujours le même libellé.", f"{LPF}, VII, 1°, 6"),
    ("CPT-04", "error", "CompAuxNum et CompAuxLib vont ensemble.", f"{LPF}, VII, 1°, 7 et 8"),
    ("CPT-05", "warning", "Un compte auxiliaire a toujours le même libellé.", f"{LPF}, VII, 1°, 8"),
    ("CPT-06", "warning", "Un journal a toujours le même libellé.", f"{LPF}, VII, 1°, 2"),
    ("CPT-07", "warning", "Une écriture ne mêle pas les comptes 86 et 87 aux autres.", "Règlement ANC 2018-06, art. 211-1 à 211-4"),
    ("CPT-08", "warning", "Un journal d'à-nouveaux n'ouvre pas de compte de charge ou de produit.", PCG),
    # Lettering.
    ("LET-01", "error", "EcritureLet et DateLet vont ensemble.", f"{LPF}, VII, 1°, 14 et 15"),
    ("LET-02", "error", "Les lignes lettrées ensemble pendant l'exercice s'annulent.", f"{LPF}, VII, 1°, 14"),
    ("LET-03", "warning", "Un lettrage qui touche un autre exercice, ou partiel, ne s'annule pas ici.", f"{LPF}, VII, 1°, 14"),
    ("LET-04", "warning", "DateLet n'est pas avant EcritureDate.", f"{LPF}, VII, 1°, 15"),
    # Currencies.
    ("DEV-01", "error", "Un montant en devise a sa devise.", f"{LPF}, VII, 1°, 17 et 18"),
    ("DEV-02", "warning", "Une devise a son montant.", f"{LPF}, VII, 1°, 17 et 18"),
    ("DEV-03", "error", "Idevise est un code de trois lettres (ISO 4217).", f"{LPF}, VII, 1°, 18"),
    ("DEV-04", "error", "Montantdevise s'écrit avec une virgule, sans séparateur de milliers.", f"{LPF}, III, 2°"),
)  # fmt: skip


def _spaced(text: str) -> str:
    """French punctuation stands behind a space that does not break."""
    return re.sub(r" (?=[:;!?»])|(?<=«) ", "\N{NO-BREAK SPACE}", text)


RULES: dict[str, Rule] = {
    code: Rule(code, severity, _spaced(sentence), _spaced(source))  # type: ignore[arg-type]
    for code, severity, sentence, source in _TABLE
}
assert len(RULES) == len(_TABLE), "a code stands twice"

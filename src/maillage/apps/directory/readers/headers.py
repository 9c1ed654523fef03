"""What a header means: known words first, then what a header says among other words ("Quel est le nom de votre lieu ?")."""

from __future__ import annotations

import re
from functools import lru_cache

from maillage.apps.directory.readers.fields import BY_SYNONYM, IGNORED, fold_header

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_INCLUSIVE = re.compile(r"(?<=\w)(?:[·•⋅‧]\w{1,4})+|(?<=\w)\((?:e|s|es|trice|ve)\)s?")
"""« référent·e », « adhérent(e)s »: the ending that the header adds."""
_INDEXED = re.compile(r"\[\d+\]")

_NAMESPACES = frozenset(
    ("pair", "dfc-b", "dfc-t", "dfc-p", "schema", "foaf", "skos", "rdfs", "dct", "dcterms", "vcard", "as", "semapps", "ess", "org")
)  # fmt: skip
"""Prefixes of vocabularies: `pair:label` says "label". Those of OpenStreetMap (`addr:`, `contact:`) say something."""


_CARRIERS = frozenset(("rendered", "valeur", "value", "uri"))
"""Keys that only carry the value of the key above them: `title.rendered`, `telephone.valeur`, `field_site.uri`."""


@lru_cache(maxsize=20_000)
def field_of_header(header: str) -> str:
    """The field that a header or a dotted path of keys names; empty when none is recognised.

    `address.city` is looked for whole, then by its last key, then in the shape `contact:phone`. A path through a person, a
    picture or the second object of a list (`author.name`, `image.url`, `urls[2].url`) names nothing of the fiche itself.
    What a category is called is a category (`theme.label`); an identifier is the row's own only where what holds it is the
    row itself (`fields.id`): that of a category or of a structure (`theme.id`) is the same in many rows.
    """
    if _INDEXED.search(header):
        return ""
    if found := _known(header):
        return found
    parts = [part for part in header.replace(":", ".").split(".") if part not in _NAMESPACES]
    if not parts:
        return ""
    if len(parts) > 1 and parts[-1].lower() in _CARRIERS:
        del parts[-1]
    if not is_own(header) and any(_known(part) == "categories" for part in parts[:-1]):
        parts = [part for part in parts if not is_rank(part) and not is_wrapper(part)]
    last = _without_has(parts[-1])
    if len(parts) == 1:
        return _known(last) if last != header else ""
    above = fold_header(_without_has(parts[-2]))
    word = fold_header(last)
    if above in _COMMUNES:
        return _OF_A_COMMUNE.get(word, "")
    if any(fold_header(_without_has(part)) in _FOREIGN for part in parts[:-1]):
        return ""
    if _known(above) == "categories":
        return "categories" if word in _NAMES else _known(last) if word in _KINDS_OF_CATEGORIES else ""
    if _known(above) == "opening_hours" and day_of_header(header):
        return "opening_hours"
    if word in _NOT_OF_A_PLACE and any(map(_is_place, parts[:-1])):
        return ""
    if above in _ADDRESSES and word in ("number", "numero"):
        return "house_number"
    field = _known(last)
    return "" if field == "external_id" and not all(map(is_wrapper, parts[:-1])) else field


def _is_place(key: str) -> bool:
    """Whether a key holds where a thing is, or how it is reached: what kind of shape or of line that is, is no category."""
    return fold_header(_without_has(key)) in _PLACES or _known(key) == "point"


def is_own(header: str) -> bool:
    """Whether a dotted path tells of the row itself: no key stands above, or only what wraps the whole record."""
    return all(map(is_wrapper, header.split(".")[:-1]))


def is_rank(key: str) -> bool:
    """Whether a key only ranks the categories under it: `principale`, `parent`, "3"."""
    return key.isdigit() or fold_header(key) in _RANKS


def is_wrapper(key: str) -> bool:
    """Whether a key holds the whole record."""
    return fold_header(key) in _WRAPPERS


def _known(words: str) -> str:
    folded = fold_header(words)
    return BY_SYNONYM.get(folded.removeprefix("field "), "") or BY_SYNONYM.get(
        fold_header(_CAMEL.sub(" ", words)), ""
    )


def _without_has(key: str) -> str:
    """`hasPostalCode` says "PostalCode", as ontologies write it."""
    return key[3:] if key[:3] == "has" and key[3:4].isupper() else key


@lru_cache(maxsize=4096)
def said_words(header: str) -> str:
    """The words of a header, or of the last key of a path, without those that say nothing: "Nom de l'action" is "nom action"."""
    folded = fold_header(_CAMEL.sub(" ", _INCLUSIVE.sub("", header.rsplit(".", 1)[-1])))
    return " ".join(word for word in folded.split() if word not in _LITTLE_WORDS)


@lru_cache(maxsize=4096)
def names_the_thing(header: str) -> bool:
    """Whether a header is a word for the title itself, but for the affix of a tool; not one among others, as "Nom du local" has."""
    trimmed = _AFFIXES.sub("", fold_header(_CAMEL.sub(" ", header))).strip()
    return "title" in (field_of_header(header), BY_SYNONYM.get(trimmed))


@lru_cache(maxsize=4096)
def loose_field_of_header(header: str) -> str:
    """The field that a header names among other words: a question of a form, a prefix of a tool, a suffix of a register.

    For headers that `field_of_header` does not know; a person confirms what it says.
    """
    header = SURVEY_CODE.sub("", header)
    if _PATH.match(header):
        if not is_own(header):
            return ""
        header = header.rsplit(".", 1)[-1]
    folded = fold_header(_CAMEL.sub(" ", _INCLUSIVE.sub("", header)))
    if folded in _NEVER:
        return IGNORED
    if _INDEXED.search(header) or len(folded) > 160:
        return ""
    trimmed = _AFFIXES.sub("", folded).strip()
    if found := BY_SYNONYM.get(trimmed, ""):
        return found
    words = [word for word in trimmed.split() if word not in _LITTLE_WORDS]
    if day_of_header(header):
        return "opening_hours"
    if _ASKS_WHAT_IT_IS.match(folded):
        return "family"
    if found := BY_SYNONYM.get(" ".join(words), ""):
        return found
    said = f" {' '.join(words)} "
    if _SAYS_SOMETHING_ELSE.search(said):
        return ""
    return next((field for pattern, field in _PATTERNS if pattern.search(said)), "")


SURVEY_CODE = re.compile(r"^[A-Za-z]\w{0,30}(?:\[\w{1,30}\])?\.\s+(?=\S)")
"""« G1Q4[SQ001]. », that LimeSurvey puts before the words of a question."""
_DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
_HOURS = frozenset(
    (
        "h",
        "horaire",
        "horaires",
        "heure",
        "heures",
        "ouverture",
        "ouvertures",
        "matin",
        "apres",
        "midi",
        "am",
        "pm",
        "soir",
    )
)


@lru_cache(maxsize=4096)
def day_of_header(header: str) -> str:
    """The day whose opening hours a column holds, as it is to stand before them: `h_lundi` is "lundi"; empty for others."""
    words = [word for word in fold_header(header).split() if word not in _LITTLE_WORDS]
    days = [word for word in words if word in _DAYS]
    if len(days) != 1 or not _HOURS.issuperset(word for word in words if word not in _DAYS):
        return ""
    half = [word for word in ("matin", "apres", "soir", "am", "pm") if word in words]
    return f"{days[0]} {_HALVES[half[0]]}" if half else days[0]


_HALVES = {"matin": "matin", "am": "matin", "apres": "après-midi", "pm": "après-midi", "soir": "soir"}

_AFFIXES = re.compile(
    r"^(?:field|champ|acf|meta|x|adrs|col|taxonomy|node|user|wpcf|cf|post|event|venue|etab|adr|struct|orga|asso)\s|\s(?:etablissement|unite legale|label|\d)$"
)
_PATH = re.compile(r"[^\s.]+\.[^\s.]")
"""How the path of a nested key begins; a question with « etc. » or « ex. » in it is none."""
_LITTLE_WORDS = frozenset(
    """a au aux avec ce ces cette chez d dans de des du elle en est et eventuel eventuelle fr il j l la le les leur leurs ma mes
    mon n ne nos notre ou par pas plusieurs possibles possible pour quel quelle quelles quels qu que qui reponses s sa se ses si
    son sont sur un une vos votre vous y etes souhaitez pouvez merci indiquer indiquez precisez preciser saisir renseigner choisir
    obligatoire facultatif optionnel choix multiple multiples plusieurs reponse the of your""".split()
)
_NEVER = frozenset(
    (
        "adresse ip",
        "ip",
        "ip address",
        "ip adresse",
        "remote ip",
        "user agent",
        "mot de passe",
        "password",
        "token",
    )
)
"""Columns of form tools about the person who answered, which no directory needs: proposed as "do not read"."""

_ASKS_WHAT_IT_IS = re.compile(
    r"(?:(?:votre|la|cette|l) (?:structure|organisation|organisme|association|initiative|entreprise) est(?: elle| il)?|vous etes|etes vous)(?: une?)?$"
)
"""« Votre structure est : » asks what it is, not how it is called."""
_SAYS_SOMETHING_ELSE = re.compile(
    r" (?:nombre|nb|taux|accepte|acceptez|autorise|autorisez|consentement|rgpd|besoins?|prenom|altitude|precision|objet social\d|photo|logo|image|facebook instagram|geographique|utilisateur|horodateur|nomenclature|registre|date maj|mise jour|geo score|result score) "
)
_ELSEWHERE = "(?:reg|region|dep|dept|departement|epci|canton|pays|quartier|rue|voie|fichier|source|zone|academie|arrondissement|gestionnaire|proprietaire|premier contact|famille) "
"""What a name may be of, other than the thing that a row tells of."""
_PATTERNS = tuple(
    (re.compile(pattern), field)
    for pattern, field in (
        (r" code (?:commune )?insee | commune code | codeinsee ", "insee_code"),
        (r"^ adresse .*(?:cp|code postal|ville|commune) ", "address"),
        (r" (?:code postal|codepostal|zip) ", "postal_code"),
        (r" (?:courriel|email|e mail|mail|mel) ", "email"),
        (r" (?:telephone|tel|portable) ", "phone"),
        (r" (?:site internet|site web|lien site|site page|page facebook|page web|url site) ", "website"),
        (r" (?:annee|date) (?:ouverture|fondation) ", "started_on"),
        (r" (?:horaires?|ouvertures?) ", "opening_hours"),
        (r" (?:type voie) ", "street_type"),
        (r" (?:numero voie|numero rue) ", "house_number"),
        (r" (?:statut juridique|forme juridique|categorie juridique|famille ess) ", "family"),
        (r" (?:annee|date) (?:creation|lancement) (?:structure|association|projet|initiative|lieu|entreprise) ", "started_on"),
        (r"^ (?:nom |denomination |raison sociale )?(?:structure|association|organisme|organisation) (?:porteuse|porteur|gestionnaire) ", "organization"),
        (r" (?:contact|referente?|responsable|interlocuteur) (?:nom|principal|personne) | nom (?:premier |deuxieme |personne )?(?:contact|referente?|responsable|interlocuteur|interlocutrice|animateur|animatrice|coordinateur|coordinatrice|presidente?|directeur|directrice|gerante?|dirigeante?|representante?|mediateur|mediatrice) ", "contact_name"),
        (r" (?:nom|intitule|titre|denomination|raison sociale)(?: complet| officiel)? (?:structure|initiative|association|lieu|projet|organisation|organisme|entreprise|etablissement|action|collectif|tiers|ressourcerie|amap|cafe|jardin|groupe|cooperative|adherent|membre|equipement|commercial|social|sociale) ", "title"),
        (rf"^ (?:denomination|raison sociale|enseigne|intitule|nom) (?!{_ELSEWHERE})", "title"),
        (r" (?:phrase|quelques mots|resume|bref) ", "summary"),
        (r" (?:presentez|decrivez|description|presentation|parlez nous|objet|racontez|missions?) ", "description"),
        (r" (?:activites? principales?|activite principale|domaines?|thematiques?|themes?|categories?(?! entreprise )|secteurs?|typologies?|flux|filieres?) ", "categories"),
        (r" (?:mots cles?|etiquettes?|tags) ", "keywords"),
        (r" (?:latitude) ", "latitude"),
        (r" (?:longitude) ", "longitude"),
        (r" (?:commune|ville|localite) ", "city"),
        (r" (?:adresse|localisation|situez) ", "address"),
        (r" (?:siret) ", "siret"),
    )
)  # fmt: skip
"""Tried in their order on the words of a header, little words taken out."""

_FOREIGN = frozenset(
    """author auteur image images logo photo photos picture pictures files file publisher user creator owner licence license crs
    isbasedon member members employee employees founder founders funder sponsor alumni review reviews aggregaterating header offers
    makesoffer knowsabout brand parentorganization suborganization department departement region country pays epci relationships
    urls links link metadata timeslot timeslots""".split()
) | {"header image"}  # fmt: skip
_WRAPPERS = frozenset(
    """attributes attributs champs data donnees element feature fiche fields initiative item node payload profiledata properties
    proprietes record row values""".split()
) | {"profile data"}  # fmt: skip
"""Keys that hold the whole record, as the services that give it wrap it."""
_NAMES = frozenset("name nom title titre label libelle intitule preflabel value valeur shortname".split())
"""What things are called by."""
_RANKS = frozenset(
    """parent parents broader children enfants principal principale principales secondaire secondaires main primary secondary
    autre autres other others niveau1 niveau2 niveau3 level1 level2 level3""".split()
) | {"niveau 1", "niveau 2", "niveau 3", "level 1", "level 2", "level 3"}  # fmt: skip
_KINDS_OF_CATEGORIES = frozenset(
    "categories categorie category themes theme subcategory tags keywords".split()
)
"""Keys under a category that hold labels themselves; its address, its colour or its description are not the row's."""
_PLACES = frozenset(
    [
        "location",
        "address",
        "geo",
        "adresse",
        "geolocation",
        "contact",
        "contacts",
        "contactpoint",
        "contactpoints",
        "phones",
        "telephones",
        "emails",
        "courriels",
        "place",
        "lieu",
        "postaladdress",
        "physicaladdress",
        "point",
    ]
)
_ADDRESSES = frozenset(["location", "address", "adresse"])
_NOT_OF_A_PLACE = frozenset(
    [
        "id",
        "name",
        "title",
        "type",
        "url",
        "description",
        "@id",
        "@type",
        "note",
        "nom",
        "libelle",
        "label",
        "titre",
    ]
)
_COMMUNES = frozenset(["commune", "ville", "city", "municipality", "localite", "town"])
_OF_A_COMMUNE = {
    "nom": "city", "name": "city", "libelle": "city", "label": "city", "code": "insee_code", "insee": "insee_code",
    "code insee": "insee_code", "codeinsee": "insee_code", "code postal": "postal_code", "codepostal": "postal_code",
    "cp": "postal_code", "postal code": "postal_code", "postcode": "postal_code", "zip": "postal_code",
}  # fmt: skip

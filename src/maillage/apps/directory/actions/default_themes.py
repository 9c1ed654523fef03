"""The tree of themes that a new network starts from, and changes as it likes. Content, hence in French."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class DefaultTheme:
    """A top theme; its colour has at least 4.5:1 against white, so that its icon stands out in a pin."""

    slug: str
    name: str
    color: str
    icon: str
    children: tuple[str, ...]


DEFAULT_THEMES = (
    DefaultTheme(
        "alimentation",
        "Alimentation et agriculture",
        "#4d7c0f",
        "wheat",
        (
            "Circuits courts et AMAP",
            "Épiceries solidaires et participatives",
            "Jardins partagés",
            "Agriculture biologique et paysanne",
            "Cuisines et cantines solidaires",
            "Semences paysannes",
        ),
    ),
    DefaultTheme(
        "habitat",
        "Habitat et tiers-lieux",
        "#9a3412",
        "house",
        (
            "Habitat participatif",
            "Tiers-lieux et espaces partagés",
            "Accès au logement",
            "Écoconstruction et rénovation",
        ),
    ),
    DefaultTheme(
        "economie",
        "Emploi et économie coopérative",
        "#166534",
        "handshake",
        (
            "Insertion par l’activité économique",
            "Création et accompagnement d’activité",
            "Coopératives d’activité et d’emploi",
            "Finance solidaire",
            "Monnaies locales et échanges",
            "Achats groupés et mutualisation",
            "Commerce équitable",
        ),
    ),
    DefaultTheme(
        "reemploi",
        "Réemploi et déchets",
        "#0f766e",
        "recycle",
        (
            "Ressourceries et recycleries",
            "Réparation et ateliers",
            "Vrac et consigne",
            "Compostage",
            "Matériaux de construction",
            "Textile",
        ),
    ),
    DefaultTheme(
        "culture",
        "Culture, sport et loisirs",
        "#a21caf",
        "palette",
        (
            "Spectacle et musique",
            "Médias et édition",
            "Patrimoine",
            "Sport pour tous",
            "Tourisme solidaire",
        ),
    ),
    DefaultTheme(
        "energie",
        "Énergie et climat",
        "#b45309",
        "zap",
        (
            "Énergies renouvelables citoyennes",
            "Sobriété énergétique",
            "Sensibilisation au climat",
        ),
    ),
    DefaultTheme(
        "numerique",
        "Numérique et communs",
        "#4338ca",
        "laptop",
        (
            "Logiciels libres",
            "Médiation numérique",
            "Fablabs et ateliers partagés",
            "Données et savoirs communs",
        ),
    ),
    DefaultTheme(
        "solidarite",
        "Solidarité et lien social",
        "#b91c1c",
        "hand-heart",
        (
            "Entraide et voisinage",
            "Centres sociaux et espaces de vie",
            "Accueil des personnes exilées",
            "Lutte contre la pauvreté",
            "Accès aux droits",
        ),
    ),
    DefaultTheme(
        "education",
        "Éducation et jeunesse",
        "#7e22ce",
        "graduation-cap",
        (
            "Petite enfance et parentalité",
            "Éducation populaire",
            "Coopératives de jeunes",
            "Orientation et métiers",
            "Formation",
        ),
    ),
    DefaultTheme(
        "mobilite",
        "Mobilité",
        "#1d4ed8",
        "bike",
        (
            "Vélo",
            "Autopartage et covoiturage",
            "Transport solidaire",
            "Logistique locale",
        ),
    ),
    DefaultTheme(
        "sante",
        "Santé, grand âge et handicap",
        "#0e7490",
        "heart-pulse",
        (
            "Santé communautaire",
            "Services à la personne",
            "Aide aux aidants",
            "Handicap et inclusion",
        ),
    ),
    DefaultTheme(
        "nature",
        "Nature et biodiversité",
        "#15803d",
        "leaf",
        (
            "Eau et milieux",
            "Forêt et haies",
            "Protection des espèces",
            "Jardins et espaces verts",
        ),
    ),
    DefaultTheme(
        "citoyennete",
        "Citoyenneté et coopération",
        "#be185d",
        "vote",
        (
            "Démocratie locale",
            "Réseaux et fédérations",
            "Égalité et droits humains",
            "Solidarité internationale",
        ),
    ),
)

"""Invented initiatives of a realistic shape, always the same for a given seed: what every measurement runs on.

for initiative in initiatives(100_000): ...
write_csv(path, 100_000)
write_geojson(path, 100_000)
"""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

SEED = 20_140_731

# (name, latitude, longitude, weight): three in four initiatives stand around these, the others anywhere in the country.
TOWNS = (
    ("Paris", 48.857, 2.352, 22), ("Marseille", 43.296, 5.370, 9), ("Lyon", 45.764, 4.836, 9), ("Toulouse", 43.605, 1.444, 8),
    ("Nice", 43.703, 7.266, 4), ("Nantes", 47.218, -1.554, 7), ("Montpellier", 43.611, 3.877, 5), ("Strasbourg", 48.573, 7.752, 5),
    ("Bordeaux", 44.838, -0.579, 7), ("Lille", 50.629, 3.057, 7), ("Rennes", 48.117, -1.678, 6), ("Reims", 49.258, 4.032, 2),
    ("Saint-Étienne", 45.440, 4.387, 3), ("Le Havre", 49.494, 0.108, 2), ("Grenoble", 45.188, 5.724, 5), ("Dijon", 47.322, 5.041, 3),
    ("Angers", 47.478, -0.563, 3), ("Nîmes", 43.837, 4.360, 2), ("Clermont-Ferrand", 45.777, 3.087, 3), ("Le Mans", 48.006, 0.199, 2),
    ("Aix-en-Provence", 43.530, 5.447, 2), ("Brest", 48.390, -4.486, 3), ("Tours", 47.394, 0.685, 3), ("Amiens", 49.894, 2.295, 2),
    ("Limoges", 45.834, 1.261, 3), ("Perpignan", 42.699, 2.896, 2), ("Metz", 49.119, 6.176, 2), ("Besançon", 47.238, 6.024, 2),
    ("Orléans", 47.903, 1.909, 2), ("Rouen", 49.443, 1.099, 3), ("Mulhouse", 47.750, 7.336, 1), ("Caen", 49.183, -0.371, 2),
    ("Nancy", 48.692, 6.184, 2), ("Poitiers", 46.580, 0.340, 2), ("Pau", 43.295, -0.371, 2), ("La Rochelle", 46.160, -1.152, 2),
    ("Niort", 46.324, -0.465, 2), ("Lorient", 47.748, -3.370, 2), ("Quimper", 47.996, -4.102, 1), ("Valence", 44.933, 4.892, 2),
    ("Chambéry", 45.564, 5.918, 2), ("Annecy", 45.899, 6.129, 2), ("Bayonne", 43.493, -1.475, 2), ("Guéret", 46.171, 1.868, 1),
    ("Tulle", 45.267, 1.770, 1), ("Aurillac", 44.926, 2.440, 1), ("Rodez", 44.350, 2.575, 1), ("Gap", 44.559, 6.079, 1),
    ("Ajaccio", 41.927, 8.737, 1), ("Saint-Denis", -20.882, 55.450, 2), ("Fort-de-France", 14.616, -61.059, 1),
)  # fmt: skip
THEMES = {
    "Alimentation et agriculture": ("Circuits courts et AMAP", "Jardins partagés", "Épiceries solidaires et participatives"),
    "Réemploi et déchets": ("Ressourceries et recycleries", "Réparation et ateliers", "Compostage"),
    "Énergie et climat": ("Énergies renouvelables citoyennes", "Sobriété et rénovation"),
    "Habitat et tiers-lieux": ("Habitat participatif", "Tiers-lieux et espaces partagés"),
    "Mobilité": ("Vélo", "Autopartage et covoiturage"),
    "Emploi et insertion": ("Insertion par l’activité économique", "Formation"),
    "Solidarité et lien social": ("Entraide et voisinage", "Centres sociaux et espaces de vie"),
    "Culture, sport et loisirs": ("Spectacle et musique", "Médias et édition"),
    "Numérique et communs": ("Logiciels libres", "Fablabs et ateliers partagés"),
    "Finance et coopération économique": ("Monnaies locales et échanges", "Finance solidaire"),
}  # fmt: skip
KINDS = (
    "Ressourcerie", "Jardin partagé", "Café associatif", "Épicerie participative", "AMAP", "Atelier vélo", "Tiers-lieu", "Fablab",
    "Régie de quartier", "Habitat participatif", "Monnaie locale", "Centrale solaire citoyenne", "Compagnie", "Coopérative", "Repair café",
    "Crèche parentale", "Auberge solidaire", "Conserverie", "Boulangerie paysanne", "Radio locale", "Librairie coopérative", "Ludothèque",
)  # fmt: skip
NAMES = (
    "des Trois Fontaines", "du Vieux Moulin", "L’Hirondelle", "La Grange bleue", "du Pré commun", "Les Mains vertes", "La Passerelle",
    "des Deux Rives", "Le Tournesol", "L’Escale", "du Grand Chêne", "La Fourmi rousse", "Le Trait d’union", "des Quatre Vents",
    "L’Établi", "La Bonne Pioche", "du Bout du monde", "La Ruche", "Les Coquelicots", "Le Fil rouge", "La Marmite", "de l’Ancienne Gare",
    "Les Semeurs", "Le Bel Ouvrage", "La Belle Échappée", "du Lavoir", "L’Entracte", "Les Voisins d’abord", "La Clairière", "Le Sillon",
)  # fmt: skip
SENTENCES = (
    "Nous proposons des ateliers ouverts à tout le monde, chaque semaine, animés par des bénévoles.",
    "Les habitants décident ensemble des achats, des prix et des horaires d’ouverture.",
    "On y répare, on y apprend et on y partage des outils plutôt que de les acheter neufs.",
    "L’équipe accompagne des personnes éloignées de l’emploi vers un métier choisi.",
    "Les légumes viennent de fermes situées à moins de trente kilomètres et sont cultivés sans pesticides.",
    "Le lieu accueille des spectacles, des débats et une bibliothèque d’objets à emprunter.",
    "Chaque année, plus de deux cents familles y trouvent de l’aide, des conseils et du temps.",
    "Le projet est porté par une association et soutenu par la commune et par un réseau départemental.",
    "Nous cherchons des bras le samedi matin, sans engagement, pour le tri et pour l’accueil.",
    "Les bénéfices sont réinvestis dans la formation et dans la baisse des tarifs.",
    "Une charte écrite à plusieurs fixe les règles de vie et la manière de décider.",
    "Des repas à prix libre réunissent une fois par mois voisins, agriculteurs et artistes.",
)
STREETS = (
    "rue de la Paix",
    "place du Marché",
    "chemin des Vignes",
    "rue Jean-Jaurès",
    "avenue de la Gare",
    "impasse du Puits",
)


@dataclass(frozen=True)
class GeneratedInitiative:
    """One invented initiative. `theme` is a top theme, `subtheme` one of its children."""

    number: int
    title: str
    summary: str
    description: str
    theme: str
    subtheme: str
    keywords: str
    latitude: float
    longitude: float
    address: str
    postal_code: str
    city: str
    email: str
    phone: str
    website: str

    @property
    def external_id(self) -> str:
        return f"g{self.number}"


def initiatives(size: int, seed: int = SEED) -> Iterator[GeneratedInitiative]:
    """`size` initiatives, numbered from 1; the first n are the same whatever the size."""
    draw = random.Random(seed)
    weights = [town[3] for town in TOWNS]
    tops = list(THEMES)
    top_weights = [len(tops) - position for position in range(len(tops))]
    for number in range(1, size + 1):
        town, latitude, longitude = _place(draw, weights)
        kind, name = draw.choice(KINDS), draw.choice(NAMES)
        theme = draw.choices(tops, top_weights)[0]
        subtheme = draw.choice(THEMES[theme])
        sentences = draw.sample(SENTENCES, draw.randint(2, 6))
        yield GeneratedInitiative(
            number=number,
            title=f"{kind} {name} {town} {number}" if draw.random() < 0.5 else f"{kind} {name} n° {number}",
            summary=f"{kind} à {town} : {sentences[0]}",
            description="\n\n".join(sentences),
            theme=theme,
            subtheme=subtheme,
            keywords=", ".join(
                draw.sample(("bénévolat", "local", "partage", "bio", "jeunes", "atelier", "quartier"), 2)
            ),
            latitude=round(latitude, 6),
            longitude=round(longitude, 6),
            address=f"{draw.randint(1, 180)} {draw.choice(STREETS)}",
            postal_code=f"{draw.randint(1000, 95880):05d}",
            city=town,
            email=f"contact@initiative-{number}.example",
            phone="",
            website=f"https://initiative-{number}.example/" if draw.random() < 0.7 else "",
        )


def _place(draw: random.Random, weights: list[int]) -> tuple[str, float, float]:
    name, latitude, longitude, _weight = draw.choices(TOWNS, weights)[0]
    if draw.random() < 0.75:
        return name, latitude + draw.gauss(0, 0.12), longitude + draw.gauss(0, 0.16)
    return name, draw.uniform(43.3, 49.5), draw.uniform(-1.0, 6.5)


COLUMNS = (
    "identifiant", "nom", "résumé", "description", "catégories", "mots-clés", "latitude", "longitude", "adresse", "code postal", "commune",
    "courriel", "téléphone", "site web",
)  # fmt: skip


def write_csv(path: Path, size: int, seed: int = SEED) -> None:
    """The initiatives as a semicolon CSV in UTF-8, with French headers."""
    write_csv_rows(path, initiatives(size, seed))


def write_csv_rows(path: Path, rows: Iterable[GeneratedInitiative]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(COLUMNS)
        for one in rows:
            writer.writerow((
                one.external_id, one.title, one.summary, one.description, f"{one.theme} | {one.subtheme}", one.keywords, one.latitude,
                one.longitude, one.address, one.postal_code, one.city, one.email, one.phone, one.website,
            ))  # fmt: skip


def write_geojson(path: Path, size: int, seed: int = SEED) -> None:
    """The initiatives as a GeoJSON collection, one feature a line."""
    with path.open("w", encoding="utf-8") as file:
        file.write('{"type": "FeatureCollection", "features": [\n')
        for one in initiatives(size, seed):
            feature = {
                "type": "Feature",
                "id": one.external_id,
                "geometry": {"type": "Point", "coordinates": [one.longitude, one.latitude]},
                "properties": {
                    "name": one.title,
                    "summary": one.summary,
                    "description": one.description,
                    "categories": [one.theme, one.subtheme],
                    "city": one.city,
                    "website": one.website,
                },
            }
            file.write(json.dumps(feature, ensure_ascii=False) + (",\n" if one.number < size else "\n"))
        file.write("]}\n")

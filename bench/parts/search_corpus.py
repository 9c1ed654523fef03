"""The judged corpus: seven invented fiches for each topic of `bench/data`, and sixty questions with what answers them."""

from __future__ import annotations

import random
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

DATA = Path(__file__).parents[1] / "data"
FICHES_PER_TOPIC = 7
SEED = 1789
NAMES = (
    "des Tilleuls", "du Marais", "de la Gartempe", "des Trois Ponts", "du Plateau", "Val de Vienne", "des Sources", "du Bocage",
    "de la Gare", "des Châtaigniers", "du Moulin neuf", "Sèvre et Bocage", "des Bruyères", "du Pré Vert",
)  # fmt: skip
COMMON = (
    "Une association ouverte à tous, animée par des bénévoles.", "Adhésion à prix libre.", "Permanence le samedi de dix heures à midi.",
    "Avec le soutien de la commune et du département.", "Nous cherchons des bras pour la saison prochaine.",
    "Un lieu de rencontre entre habitants.", "Contactez-nous pour participer ou pour faire la même chose chez vous.",
    "Créé en 2015 par un groupe de voisins.", "L'équipe compte trois salariés.", "Un projet local et solidaire.",
)  # fmt: skip


@dataclass(frozen=True)
class JudgedQuestion:
    """`grades` says how well each fiche answers: 2 for what is wanted, 1 for what is near."""

    words: str
    kind: str
    grades: dict[int, int]


def judged_corpus() -> tuple[list[Any], list[JudgedQuestion]]:
    """The fiches as search documents, and the questions."""
    from maillage.kernel.search.documents import SearchDocument

    topics = tomllib.loads((DATA / "search_topics.toml").read_text(encoding="utf-8"))
    draw = random.Random(SEED)
    everything = [sentence for topic in topics.values() for sentence in topic["sentences"]]
    fiches, ids = [], {}
    for name, topic in topics.items():
        for at in range(FICHES_PER_TOPIC):
            first, second = draw.sample(topic["sentences"], 2)
            number = len(fiches) + 1
            ids.setdefault(name, []).append(number)
            body = [second, *draw.sample(COMMON, 3), draw.choice(everything)]
            fiches.append(
                SearchDocument(
                    kind="initiative",
                    object_id=number,
                    title=f"{topic['titles'][at % len(topic['titles'])]} {draw.choice(NAMES)}",
                    summary=first,
                    body=" ".join(body),
                    url=f"/initiatives/{number}/",
                    updated_at=datetime(2026, 1, 1, tzinfo=UTC),
                )
            )
    return fiches, _questions(ids)


def _questions(ids: dict[str, list[int]]) -> list[JudgedQuestion]:
    asked = tomllib.loads((DATA / "search_questions.toml").read_text(encoding="utf-8"))["question"]
    questions = []
    for each in asked:
        grades = {number: 1 for topic in each.get("near", ()) for number in ids[topic]}
        grades |= {number: 2 for topic in each["wanted"] for number in ids[topic]}
        questions.append(JudgedQuestion(each["words"], each["kind"], grades))
    return questions

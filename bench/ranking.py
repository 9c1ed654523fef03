"""Needs and offers planted by subject, ranked by us and by peers: nDCG@10 with its confidence interval.

    python bench/ranking.py [--sizes 35 1000 10000] [--seeds 20] [--queries 60] [--database postgresql://…] [--smoke]

Each subject has words of its own, each word a synonym and its French forms (plural, feminine, lost accents, a letter wrong). A need
and an offer on a subject say some of them, the rest is noise that all share. An offer answers a need when they have
the subject in common. Cells: how many listings, how many words each says, the share of noise. "Vocabulary" tells the planted
synonyms to those who can read them; the peers cannot.

Peers, in the same run and on the same words: bm25s with its French stop words and Snowball's stemmer, rank-bm25 on lower-cased words, LSA
(scikit-learn: TF-IDF of stems, then a truncated SVD) and, where a server is given, PostgreSQL's `french` full text added to `pg_trgm`.
A peer that is not installed is said to be absent. LSA and we read the needs too; the others weigh words by the offers alone.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from math import log2, sqrt
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from maillage.cores.ranking import Listing, Pool
from maillage.cores.text import fold
from maillage.cores.text.synonyms import SynonymTable

TODAY = date(2026, 3, 10)
WORDS_PER_SUBJECT = 12
LISTINGS_PER_SUBJECT = 14
NOISE_WORDS = 600
TOP = 10
BEGINNINGS = "b br c ch cl d f fl fr g gr j l m n p pl pr r s t tr v".split()
MIDDLES = "a ai an au e é eau en i in o oi on ou u".split()
ENDINGS = "age ance ette euse ière ine ion isme ment oir té ture".split()
Ranker = Callable[[str], list[int]]


@dataclass(frozen=True)
class Planted:
    """Texts of needs and of offers, the subject of each, and the synonyms that were planted."""

    needs: list[str]
    offers: list[str]
    need_subjects: list[int]
    offer_subjects: list[int]
    synonyms: list[tuple[str, str]]


def plant(size: int, words: int, noise: float, seed: int) -> Planted:
    draw = random.Random(f"{size} {words} {noise} {seed}")
    said: set[str] = set()

    def invent() -> str:
        while True:
            parts = [draw.choice(BEGINNINGS) + draw.choice(MIDDLES) for _part in range(draw.choice((2, 3)))]
            word = "".join(parts) + draw.choice(ENDINGS)
            if fold(word) not in said:
                said.add(fold(word))
                return word

    subjects = [
        [(invent(), invent()) for _word in range(WORDS_PER_SUBJECT)]
        for _subject in range(max(3, size // LISTINGS_PER_SUBJECT))
    ]
    common = [invent() for _word in range(NOISE_WORDS)]

    def write(subject: int) -> str:
        noisy = round(words * noise)
        own = [draw.choice(pair) for pair in draw.sample(subjects[subject], words - noisy)]
        chosen = own + [draw.choice(common) for _word in range(noisy)]
        draw.shuffle(chosen)
        return " ".join(_form(word, draw) for word in chosen)

    half = size // 2
    needs = [draw.randrange(len(subjects)) for _need in range(half)]
    offers = [draw.randrange(len(subjects)) for _offer in range(size - half)]
    return Planted(
        [write(subject) for subject in needs],
        [write(subject) for subject in offers],
        needs,
        offers,
        [pair for subject in subjects for pair in subject],
    )


def _form(word: str, draw: random.Random) -> str:
    """The word as somebody writes it on a telephone."""
    chance = draw.random()
    if chance < 0.3:
        word += "s"
    elif chance < 0.4:
        word = fold(word)
    elif chance < 0.45 and len(word) > 5:
        at = draw.randrange(1, len(word) - 2)
        word = word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word


def ours(planted: Planted, *, vocabulary: bool) -> Ranker:
    texts = [(text, False) for text in planted.offers] + [(text, True) for text in planted.needs]
    listings = [
        Listing(
            key=number,
            owner=f"o{number}",
            is_need=is_need,
            kind="skills",
            title="",
            text=text,
            confirmed_on=TODAY,
        )
        for number, (text, is_need) in enumerate(texts)
    ]
    pool = Pool(listings, synonyms=SynonymTable(tuple(planted.synonyms)) if vocabulary else None)

    def rank(text: str) -> list[int]:
        need = Listing(
            key=-1, owner="n", is_need=True, kind="skills", title="", text=text, confirmed_on=TODAY
        )
        return [match.key for match in pool.best_for(need, today=TODAY, limit=TOP, score_least=0)]

    return rank


def bm25s_peer(planted: Planted) -> Ranker:
    bm25s, stemmer = import_module("bm25s"), import_module("Stemmer").Stemmer("french")

    def tokens(texts: Sequence[str]) -> Any:
        return bm25s.tokenize(list(texts), stopwords="fr", stemmer=stemmer, show_progress=False)

    index = bm25s.BM25()
    index.index(tokens(planted.offers), show_progress=False)
    count = min(TOP, len(planted.offers))
    return lambda text: [
        int(key) for key in index.retrieve(tokens([text]), k=count, show_progress=False)[0][0]
    ]


def rank_bm25_peer(planted: Planted) -> Ranker:
    index = import_module("rank_bm25").BM25Okapi([text.lower().split() for text in planted.offers])

    def rank(text: str) -> list[int]:
        scores = index.get_scores(text.lower().split())
        return [int(key) for key in scores.argsort()[::-1][:TOP]]

    return rank


def lsa_peer(planted: Planted) -> Ranker:
    words = import_module("sklearn.feature_extraction.text")
    svd = import_module("sklearn.decomposition")
    stemmer = import_module("Stemmer").Stemmer("french")
    model = words.TfidfVectorizer(
        tokenizer=lambda text: stemmer.stemWords(text.lower().split()), token_pattern=None
    )
    table = model.fit_transform([*planted.offers, *planted.needs])
    rank_count = max(
        2, min(100, table.shape[1] - 1, table.shape[0] - 1, len(set(planted.offer_subjects)) * 2)
    )
    reduced = svd.TruncatedSVD(rank_count, random_state=0).fit(table)
    offers = _unit(reduced.transform(table[: len(planted.offers)]))

    def rank(text: str) -> list[int]:
        scores = offers @ _unit(reduced.transform(model.transform([text])))[0]
        return [int(key) for key in scores.argsort()[::-1][:TOP]]

    return rank


def _unit(rows: Any) -> Any:
    norms = (rows**2).sum(axis=1, keepdims=True) ** 0.5
    return rows / (norms + 1e-12)


def postgresql_peer(address: str) -> Callable[[Planted], Ranker]:
    def build(planted: Planted) -> Ranker:
        connection = import_module("psycopg").connect(address, autocommit=True)
        connection.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        connection.execute("CREATE TEMP TABLE offer (id int, said text, terms tsvector)")
        with connection.cursor() as cursor:
            cursor.executemany("INSERT INTO offer VALUES (%s, %s, NULL)", list(enumerate(planted.offers)))
        connection.execute("UPDATE offer SET terms = to_tsvector('french', said)")
        question = (
            "SELECT id FROM offer, (SELECT replace(plainto_tsquery('french', %s)::text, '&', '|')::tsquery AS asked) q "
            "ORDER BY ts_rank(terms, asked) + similarity(said, %s) DESC, id LIMIT %s"
        )
        return lambda text: [row[0] for row in connection.execute(question, (text, text, TOP)).fetchall()]

    return build


def ndcg(found: Sequence[int], subject: int, subjects: Sequence[int]) -> float:
    """Binary gains: an offer of the need's subject (Järvelin and Kekäläinen, 2002)."""
    gained = sum((subjects[key] == subject) / log2(place + 2) for place, key in enumerate(found[:TOP]))
    relevant = min(TOP, sum(each == subject for each in subjects))
    return gained / sum(1 / log2(place + 2) for place in range(relevant)) if relevant else float("nan")


def measure(planted: Planted, rank: Ranker, queries: int) -> tuple[float, float]:
    """(mean nDCG@10 over needs that an offer can meet, milliseconds a question)."""
    chosen = [n for n, subject in enumerate(planted.need_subjects) if subject in set(planted.offer_subjects)]
    chosen = chosen[:queries]
    begun = time.perf_counter()
    answers = [rank(planted.needs[n]) for n in chosen]
    elapsed_ms = 1000 * (time.perf_counter() - begun) / max(1, len(chosen))
    notes = [
        ndcg(answer, planted.need_subjects[n], planted.offer_subjects)
        for n, answer in zip(chosen, answers, strict=True)
    ]
    return statistics.fmean(notes), elapsed_ms


def cells(sizes: Sequence[int]) -> Iterator[tuple[int, int, float]]:
    return ((size, words, noise) for size in sizes for words in (6, 12) for noise in (0.3, 0.5, 0.7))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", nargs="+", type=int, default=[35, 1000, 10000])
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--queries", type=int, default=60, help="needs asked in each planting")
    parser.add_argument("--database", help="a PostgreSQL address, for pg_trgm and full text")
    parser.add_argument(
        "--smoke", action="store_true", help="a few questions to the smallest size, to see that it works"
    )
    options = parser.parse_args()
    if options.smoke:
        options.sizes, options.seeds, options.queries = [35], 1, 10
    rankers: dict[str, Callable[[Planted], Ranker]] = {
        "ours": lambda planted: ours(planted, vocabulary=False),
        "ours + vocabulary": lambda planted: ours(planted, vocabulary=True),
        "bm25s": bm25s_peer,
        "rank-bm25": rank_bm25_peer,
        "LSA": lsa_peer,
    }
    if options.database:
        rankers["PostgreSQL"] = postgresql_peer(options.database)
    else:
        print("PostgreSQL: absent (--database)")
    for name, module in (("bm25s", "bm25s"), ("rank-bm25", "rank_bm25"), ("LSA", "sklearn")):
        try:
            import_module(module)
        except ImportError:
            print(f"{name}: absent")
            del rankers[name]
    print(
        f"{'listings':>8}{'words':>6}{'noise':>6}"
        + "".join(f"{name:>26}" for name in rankers)
        + "  best peer"
    )
    for size, words, noise in cells(options.sizes):
        seen: dict[str, list[tuple[float, float]]] = {name: [] for name in rankers}
        for seed in range(options.seeds):
            planted = plant(size, words, noise, seed)
            for name, build in rankers.items():
                seen[name].append(measure(planted, build(planted), options.queries))
        notes = {name: [note for note, _ms in each] for name, each in seen.items()}
        shown = "".join(f"{_said(notes[name], [ms for _n, ms in seen[name]]):>26}" for name in rankers)
        peers = [statistics.fmean(notes[name]) for name in rankers if not name.startswith("ours")]
        ratio = statistics.fmean(notes["ours"]) / max(peers) if peers and max(peers) else float("nan")
        print(f"{size:>8}{words:>6}{noise:>6}{shown}  ×{ratio:.3f}", flush=True)


def _said(notes: Sequence[float], milliseconds: Sequence[float]) -> str:
    """Mean ± half the 95 % interval, then the median time of a question."""
    spread = 1.96 * statistics.stdev(notes) / sqrt(len(notes)) if len(notes) > 1 else 0.0
    return f"{statistics.fmean(notes):.3f} ±{spread:.3f} {statistics.median(milliseconds):.1f} ms"


if __name__ == "__main__":
    main()

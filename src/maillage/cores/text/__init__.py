"""French text: folding, words, analysis, synonyms, spelling, highlights. Pure and usable without Django."""

from maillage.cores.text.analysis import analyse
from maillage.cores.text.folding import clean, fold, slugify, sort_key
from maillage.cores.text.similarity import edit_distance, trigram_similarity
from maillage.cores.text.words import Token, tokens

__all__ = [
    "Token",
    "analyse",
    "clean",
    "edit_distance",
    "fold",
    "slugify",
    "sort_key",
    "tokens",
    "trigram_similarity",
]

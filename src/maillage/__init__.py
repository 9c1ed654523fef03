"""Maillage: the cooperation platform of a territory's social and solidarity economy."""

__version__ = "0.1.0"

"""Lawful invoices: values, sums, mentions, checks, and their electronic form (Factur-X, CII, profile EN 16931)."""

"""Rows sealed in a chain: what is hashed, how seals follow each other, how all of it is checked. Knows no table (ADR 0027)."""

"""Reads for home pages and reports: SQL aggregates, visibility included; never a row per case."""

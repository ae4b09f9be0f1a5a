"""Symbols that scanners read."""

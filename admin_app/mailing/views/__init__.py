"""Screens of the mailroom."""

"""Doors: signing in and out, the own account, the administration of staff."""

"""Lists: a room describes one (description.py), this package draws it (page.py) and gives it what people expect of a table."""

"""Card Desk: start reading at factory.py, then menu.py."""

"""Files that people hand in: checked, rebuilt without anything hidden, encrypted, stored once under their SHA-256."""

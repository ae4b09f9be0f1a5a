"""One encrypted archive of database and stored files, and the way back from it (ADR 0033)."""

"""What staff may type about applications."""

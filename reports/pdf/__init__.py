"""HTML and placed texts to PDF."""

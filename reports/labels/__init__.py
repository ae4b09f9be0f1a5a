"""Mailing labels: layout decides, drawing draws."""

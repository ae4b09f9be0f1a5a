"""What can be printed: typefaces, glyphs, widths, where lines break, and the words on paper."""

"""Charts for the screen and for paper."""

"""Documents are laid out in a child process that can reach nothing and is ended when one takes too much."""

"""Reads of makers, production batches, the cards in them and the answers to them."""

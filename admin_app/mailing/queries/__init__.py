"""Reads of mailing batches, parcels and labels; the visible_…() functions say which ones a person may know of."""

"""The carrier: what the mailroom may ask of one, and those that it can be (docs/adr/0061)."""

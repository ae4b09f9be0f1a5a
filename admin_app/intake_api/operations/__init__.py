"""What administrators do with clients; how a request that changes something is done once."""

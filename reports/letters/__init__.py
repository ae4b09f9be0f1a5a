"""What a resident takes home or gets by post."""

"""Staff verbs on applications, one file a station: see docs/architecture.md."""

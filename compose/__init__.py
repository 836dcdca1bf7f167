"""Everything that starts the services."""

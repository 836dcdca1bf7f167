"""The ways to ask for speech; each parses a request and encodes an answer."""

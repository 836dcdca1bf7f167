"""How good a voice is, as far as programs can judge it: see README.md."""

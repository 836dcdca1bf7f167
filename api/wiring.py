"""Puts the parts together, without Quart, so that another process can speak in the same way."""

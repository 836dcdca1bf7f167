"""Measurements, each with its script, its hardware and its raw numbers."""

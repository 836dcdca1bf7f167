"""Kokoro as it was published beside ours, in one run."""

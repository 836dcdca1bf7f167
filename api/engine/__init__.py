"""Segments to waveforms: Triton's servers, and which of them is asked."""

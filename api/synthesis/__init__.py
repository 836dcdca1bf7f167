"""From a validated text to a WAV: segments, Triton, audio."""

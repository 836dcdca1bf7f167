"""IndexTTS2 on torch: our own modules for the official checkpoints, whose batches are as exact as single rows."""

"""IndexTTS2 (Zhou et al., 2025, arXiv:2506.21619): voices cloned from a recording, on torch, with exact batching."""

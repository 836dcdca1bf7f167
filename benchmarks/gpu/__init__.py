"""How fast IndexTTS2 speaks on one GPU, beside the upstream way in the same run."""

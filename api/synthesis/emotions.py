"""Emotions by name. A vector's order is the contract's, as IndexTTS2 defines it."""

EMOTIONS = ("happy", "angry", "sad", "afraid", "disgusted", "melancholic", "surprised", "calm")

Vector = tuple[float, ...]


def _vector(**strengths: float) -> Vector:
    return tuple(strengths.get(emotion, 0.0) for emotion in EMOTIONS)


PRESETS: dict[str, Vector] = {
    "neutral": _vector(),
    **{emotion: _vector(**{emotion: 1.0}) for emotion in EMOTIONS},
    # Composed, and a little stern.
    "serious": _vector(calm=0.6, angry=0.2),
}
NAMES = {vector: name for name, vector in PRESETS.items()}

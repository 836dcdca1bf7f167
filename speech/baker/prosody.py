"""How each emotion sounds at full intensity."""

from speech.prosody import Prosody

FULL = {
    "happy": Prosody(duration=0.90, spread=1.35, pitch=1.08, gain=1.10),
    "angry": Prosody(duration=0.86, spread=1.45, pitch=1.03, gain=1.35),
    "sad": Prosody(duration=1.22, spread=0.55, pitch=0.93, gain=0.70),
    "afraid": Prosody(duration=0.84, spread=1.15, pitch=1.12, gain=0.80),
    "disgusted": Prosody(duration=1.10, spread=0.80, pitch=0.95, gain=0.95),
    "melancholic": Prosody(duration=1.15, spread=0.70, pitch=0.96, gain=0.80),
    "surprised": Prosody(duration=0.95, spread=1.60, pitch=1.11, gain=1.15),
    "calm": Prosody(duration=1.06, spread=0.80, pitch=0.99, gain=0.88),
}

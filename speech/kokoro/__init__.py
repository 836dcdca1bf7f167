"""The engine `kokoro`: Kokoro-82M, a Mandarin and English voice."""

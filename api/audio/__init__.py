"""Speech as files: formats, encoding, and the memory that answers take."""

"""Labels of what was generated, as China's law asks for them: in a file's metadata, and to be heard."""

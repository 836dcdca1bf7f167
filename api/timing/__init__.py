"""When what is said is heard: sentences, characters, subtitles."""

"""What is written for the eye, spoken as a person would read it: each kind a function from a text to edits of it."""

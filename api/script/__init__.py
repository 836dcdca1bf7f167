"""From the text of a request to what is spoken: markup, marks, and where in the original everything stands."""

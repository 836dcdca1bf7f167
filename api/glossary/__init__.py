"""How a user's own words are said."""

"""What runs on a server itself, beside Docker: Python 3.9 or later and nothing but its standard library."""

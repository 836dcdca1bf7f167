"""Models of other people, whose weights are in packages: none of them is an ear."""

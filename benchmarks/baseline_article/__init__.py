"""The article's own design, built as it says, to be measured beside ours: see README.md."""

"""What a recording is measured by: its spectra, its meaning, its speaker."""

"""The sidecar: sees by deep probes what hangs, brings it back, and says so (contract 4)."""

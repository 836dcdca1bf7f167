"""The whole stack as processes of this machine, supervised, on loopback: no Docker needed."""

"""How often one user may call: at most `limit_calls` in any `limit_window_s`."""

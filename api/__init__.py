"""The HTTP service between mini-programs and Triton: login, limits, synthesis, audit."""

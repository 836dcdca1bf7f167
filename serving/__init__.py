"""From Triton's python backend to an engine: what the models in triton_models/ share."""

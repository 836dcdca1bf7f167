"""What the API is, in OpenAPI 3.1: made of the bodies, answers and problems that the code itself uses."""

"""What Triton's models call: text front end and engines. Nothing here knows Triton."""

"""Effects that feed back into the next picture, each in its own file."""

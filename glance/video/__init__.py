"""Video files: reading, writing, probing."""

"""What machines and systems do differently: files, names, packages, waiting, and texts from anywhere."""

"""The demo: a song of our own, so that everything can be tried before a song is at hand."""

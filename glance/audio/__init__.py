"""Listening: a song file becomes a `SongAnalysis`."""

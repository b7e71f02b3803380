"""Deforum's settings files, read and written."""

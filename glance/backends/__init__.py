"""Backends: what draws the pictures."""

"""Rendering: the loop that draws a plan, and the folder that remembers it."""

"""GLANCE: a song and a project become a music video, in step with the music.

Importing this package imports nothing heavy; every room (audio, schedule, camera, ...) is imported when it is used.
"""

__version__ = "0.1.0"
#: What files that GLANCE writes say of their origin.
SOFTWARE = f"GLANCE {__version__}"

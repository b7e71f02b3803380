"""Everything that touches FFmpeg or a picture file: sound, videos, stills, and how a video keeps time."""

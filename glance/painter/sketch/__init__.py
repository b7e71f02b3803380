"""A prompt's words become a drawing that the painter paints over."""

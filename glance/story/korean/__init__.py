"""Korean themes and lyrics in English, as far as a dictionary and the grammar of song titles go."""

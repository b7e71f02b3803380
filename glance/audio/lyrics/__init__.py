"""Words with times, from the files that people have them in."""

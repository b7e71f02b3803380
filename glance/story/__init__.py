"""Words and looks: storyboards, prompts, negatives, styles, and who writes them."""

"""Projects: the file a person edits, and the plan it is compiled into."""

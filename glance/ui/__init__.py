"""The tab: the only room that imports gradio."""

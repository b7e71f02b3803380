"""Inside the WebUI: the only room that imports the host's `modules`."""

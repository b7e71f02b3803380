"""The application behind the page, the command line's songs and the API: projects, takes, tasks, routes."""

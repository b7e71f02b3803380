"""A Stable Diffusion WebUI over HTTP."""

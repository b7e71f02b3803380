"""GLANCE's entry into the Stable Diffusion WebUI, which executes every script in this folder when it starts."""

from modules import script_callbacks

from glance.webui.entry import register

register(script_callbacks)

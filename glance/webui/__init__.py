"""GLANCE inside a Stable Diffusion WebUI (A1111 and its descendants): the only package that imports `modules`.

`modules` is the WebUI's own package. It is imported inside functions, so that everything here can be imported, read and
tested where there is no WebUI.
"""

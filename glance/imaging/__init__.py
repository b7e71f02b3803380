"""Pictures as arrays: colour, noise, flow, blending. Array in, array out."""

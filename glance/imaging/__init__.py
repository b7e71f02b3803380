"""Pictures as arrays: color, noise, flow, blending. Array in, array out."""

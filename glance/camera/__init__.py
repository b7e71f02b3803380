"""The camera: how the picture moves from frame to frame, in 2D and 3D."""

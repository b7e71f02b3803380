"""The embedded backend: paints frames on the CPU, without a diffusion model."""

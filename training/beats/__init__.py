"""The program that the beat network of `glance.audio.network` was trained with."""

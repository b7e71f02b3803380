"""Schedules: text of keyframes and expressions becomes one value per frame."""

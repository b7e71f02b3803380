"""Ways to break GLANCE: mutated inputs, kills, full disks, many clients. See docs/limits.md.

The short versions run with all tests; `make torture` runs the long ones (`python -m tests.torture`).
"""

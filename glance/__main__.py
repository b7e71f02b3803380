"""`python -m glance`."""

import sys

from glance.cli import main

if __name__ == "__main__":
    sys.exit(main())

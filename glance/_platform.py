"""What differs between systems, asked in one place."""

from __future__ import annotations

import sys

WINDOWS = sys.platform == "win32"
MAC = sys.platform == "darwin"

"""Nothing is sent anywhere unasked, by other people's packages either: what they would send is switched off in time.

onnxruntime's wheels of 2026 keep a permanent device id and send events to their maker; huggingface_hub adds what runs
to its downloads. `docs/privacy.md` says what GLANCE itself connects to.
"""

from __future__ import annotations

import os
import sys
from collections.abc import MutableMapping
from typing import Any

#: Environment variable -> the value that switches its sender off.
SWITCHES = {
    "ORT_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}


def silence(environment: MutableMapping[str, str] | None = None) -> None:
    """Switch off what other packages would send, but for what the person switched on or off themselves.

    To be called in front of every import of one of them. Processes that are started later inherit it.

    Args:
        environment: The process's own by default.
    """
    variables = os.environ if environment is None else environment
    asked_for = "ORT_DISABLE_TELEMETRY" in variables and variables["ORT_DISABLE_TELEMETRY"] != "1"
    for name, value in SWITCHES.items():
        variables.setdefault(name, value)
    # In a WebUI, somebody else may have loaded it before.
    loaded: Any = sys.modules.get("onnxruntime")
    switch = getattr(loaded, "disable_telemetry_events", None)
    if switch is not None and not asked_for:
        switch()

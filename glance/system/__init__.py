"""What machines and systems do differently: files, names, packages, waiting, and texts from anywhere."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.system.contents import is_picture as is_picture
    from glance.system.contents import kind_of as kind_of
    from glance.system.files import Stamp as Stamp
    from glance.system.files import free_bytes as free_bytes
    from glance.system.files import is_abandoned as is_abandoned
    from glance.system.files import is_free as is_free
    from glance.system.files import is_leftover as is_leftover
    from glance.system.files import is_plain_file as is_plain_file
    from glance.system.files import numbered as numbered
    from glance.system.files import old_path as old_path
    from glance.system.files import part_of as part_of
    from glance.system.files import part_path as part_path
    from glance.system.files import passing_folder as passing_folder
    from glance.system.files import put_in_place as put_in_place
    from glance.system.files import reason as reason
    from glance.system.files import remove as remove
    from glance.system.files import remove_tree as remove_tree
    from glance.system.files import replace as replace
    from glance.system.files import same_file as same_file
    from glance.system.files import sha256_of as sha256_of
    from glance.system.files import stamp as stamp
    from glance.system.files import sweep as sweep
    from glance.system.files import write_atomically as write_atomically
    from glance.system.files import write_json as write_json
    from glance.system.files import write_text as write_text
    from glance.system.language import FILES_ROOT as FILES_ROOT
    from glance.system.language import in_language as in_language
    from glance.system.loose_json import LooseJson as LooseJson
    from glance.system.loose_json import LooseJsonError as LooseJsonError
    from glance.system.loose_json import decimal_comma as decimal_comma
    from glance.system.loose_json import number_of as number_of
    from glance.system.loose_json import read_loose as read_loose
    from glance.system.names import check_target as check_target
    from glance.system.names import is_system_file as is_system_file
    from glance.system.names import own_entries as own_entries
    from glance.system.names import safe_relative as safe_relative
    from glance.system.packages import explain as explain
    from glance.system.packages import report as report
    from glance.system.packages import with_command as with_command
    from glance.system.platform import MAC as MAC
    from glance.system.platform import WINDOWS as WINDOWS
    from glance.system.platform import cache_folder as cache_folder
    from glance.system.platform import is_free_port as is_free_port
    from glance.system.recent import RecentlyUsed as RecentlyUsed
    from glance.system.redaction import redacted as redacted
    from glance.system.redaction import spellings_of as spellings_of
    from glance.system.sleep import awake as awake
    from glance.system.suggest import did_you_mean as did_you_mean
    from glance.system.suggest import listed as listed
    from glance.system.telemetry import silence as silence
    from glance.system.text_encoding import decode_text as decode_text
    from glance.system.waiting import interruptible as interruptible
    from glance.system.waiting import result_of as result_of
    from glance.system.waiting import wait_for as wait_for
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "contents": ("is_picture", "kind_of"),
            "files": (
                "Stamp",
                "free_bytes",
                "is_abandoned",
                "is_free",
                "is_leftover",
                "is_plain_file",
                "numbered",
                "old_path",
                "part_of",
                "part_path",
                "passing_folder",
                "put_in_place",
                "reason",
                "remove",
                "remove_tree",
                "replace",
                "same_file",
                "sha256_of",
                "stamp",
                "sweep",
                "write_atomically",
                "write_json",
                "write_text",
            ),
            "language": ("FILES_ROOT", "in_language"),
            "loose_json": ("LooseJson", "LooseJsonError", "decimal_comma", "number_of", "read_loose"),
            "names": ("check_target", "is_system_file", "own_entries", "safe_relative"),
            "packages": ("explain", "report", "with_command"),
            "platform": ("MAC", "WINDOWS", "cache_folder", "is_free_port"),
            "recent": ("RecentlyUsed",),
            "redaction": ("redacted", "spellings_of"),
            "sleep": ("awake",),
            "suggest": ("did_you_mean", "listed"),
            "telemetry": ("silence",),
            "text_encoding": ("decode_text",),
            "waiting": ("interruptible", "result_of", "wait_for"),
        },
    )

"""Everything that touches FFmpeg or a picture file: sound, videos, stills, and how a video keeps time."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.media.audio_reader import AudioReader as AudioReader
    from glance.media.encoders import CODECS as CODECS
    from glance.media.encoders import X264_PRESETS as X264_PRESETS
    from glance.media.encoders import Encoding as Encoding
    from glance.media.encoders import check_encoder as check_encoder
    from glance.media.encoders import container_for as container_for
    from glance.media.image_reader import ANSWERS as ANSWERS
    from glance.media.image_reader import FRAMES as FRAMES
    from glance.media.image_reader import opened_picture as opened_picture
    from glance.media.image_reader import picture_bytes as picture_bytes
    from glance.media.image_reader import picture_of as picture_of
    from glance.media.image_reader import read_picture as read_picture
    from glance.media.images import read_png as read_png
    from glance.media.images import read_text as read_text
    from glance.media.images import write_png as write_png
    from glance.media.picture_sequence import write_gif as write_gif
    from glance.media.picture_sequence import write_sequence as write_sequence
    from glance.media.sound_copy import copy_problem as copy_problem
    from glance.media.sync import describe as describe
    from glance.media.sync import measure_sync as measure_sync
    from glance.media.sync import watched as watched
    from glance.media.sync import word_of as word_of
    from glance.media.sync_sections import measure_sections as measure_sections
    from glance.media.sync_sections import rank_correlation as rank_correlation
    from glance.media.video_reader import frames as frames
    from glance.media.video_reader import opened as opened
    from glance.media.video_reader import probe as probe
    from glance.media.video_writer import Chapter as Chapter
    from glance.media.video_writer import Cue as Cue
    from glance.media.video_writer import VideoWriter as VideoWriter
    from glance.media.video_writer import check_name as check_name
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "audio_reader": ("AudioReader",),
            "encoders": ("CODECS", "Encoding", "X264_PRESETS", "check_encoder", "container_for"),
            "image_reader": ("ANSWERS", "FRAMES", "opened_picture", "picture_bytes", "picture_of", "read_picture"),
            "images": ("read_png", "read_text", "write_png"),
            "picture_sequence": ("write_gif", "write_sequence"),
            "sound_copy": ("copy_problem",),
            "sync": ("describe", "measure_sync", "watched", "word_of"),
            "sync_sections": ("measure_sections", "rank_correlation"),
            "video_reader": ("frames", "opened", "probe"),
            "video_writer": ("Chapter", "Cue", "VideoWriter", "check_name"),
        },
    )

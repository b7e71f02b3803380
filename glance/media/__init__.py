"""Everything that touches FFmpeg or a picture file: sound, videos, stills, and how a video keeps time."""

from typing import TYPE_CHECKING

from glance.lazy import lazy_face

if TYPE_CHECKING:
    from glance.media.audio_reader import AudioReader as AudioReader
    from glance.media.image_reader import ANSWERS as ANSWERS
    from glance.media.image_reader import FRAMES as FRAMES
    from glance.media.image_reader import opened_picture as opened_picture
    from glance.media.image_reader import picture_of as picture_of
    from glance.media.image_reader import read_picture as read_picture
    from glance.media.images import read_png as read_png
    from glance.media.images import read_text as read_text
    from glance.media.images import write_png as write_png
    from glance.media.sync import describe as describe
    from glance.media.sync import measure_sync as measure_sync
    from glance.media.sync import watched as watched
    from glance.media.sync import word_of as word_of
    from glance.media.sync_sections import measure_sections as measure_sections
    from glance.media.sync_sections import rank_correlation as rank_correlation
    from glance.media.video_reader import opened as opened
    from glance.media.video_reader import probe as probe
    from glance.media.video_writer import VideoWriter as VideoWriter
    from glance.media.video_writer import check_name as check_name
else:
    __getattr__, __dir__, __all__ = lazy_face(
        __name__,
        {
            "audio_reader": ("AudioReader",),
            "image_reader": ("ANSWERS", "FRAMES", "opened_picture", "picture_of", "read_picture"),
            "images": ("read_png", "read_text", "write_png"),
            "sync": ("describe", "measure_sync", "watched", "word_of"),
            "sync_sections": ("measure_sections", "rank_correlation"),
            "video_reader": ("opened", "probe"),
            "video_writer": ("VideoWriter", "check_name"),
        },
    )

"""Small files of every kind that a musician's programs write, made byte by byte."""

from __future__ import annotations

import gzip
import struct
from collections.abc import Sequence

Event = tuple[int, bytes]


def _number(value: int) -> bytes:
    out = bytes([value & 0x7F])
    while value := value >> 7:
        out = bytes([value & 0x7F | 0x80]) + out
    return out


def track(events: Sequence[Event], *, running: bool = False) -> bytes:
    """Return a track of (tick, message); with `running`, repeated status bytes are left out."""
    body, at, status = b"", 0, b""
    for tick, message in sorted(events, key=lambda event: event[0]):
        kept = message
        if running and message[:1] == status and message[0] < 0xF0:
            kept = message[1:]
        status = message[:1] if message[0] < 0xF0 else b""
        body, at = body + _number(tick - at) + kept, tick
    body += b"\x00\xff\x2f\x00"
    return b"MTrk" + struct.pack(">I", len(body)) + body


def midi(tracks: Sequence[bytes], division: int = 480, form: int = 1) -> bytes:
    return b"MThd" + struct.pack(">IHHH", 6, form, len(tracks), division) + b"".join(tracks)


def tempo(tick: int, bpm: float) -> Event:
    return tick, b"\xff\x51\x03" + round(60e6 / bpm).to_bytes(3, "big")


def metre(tick: int, above: int, below: int) -> Event:
    return tick, bytes([0xFF, 0x58, 4, above, below.bit_length() - 1, 24, 8])


def text(tick: int, kind: int, words: str) -> Event:
    raw = words.encode()
    return tick, bytes([0xFF, kind]) + _number(len(raw)) + raw


def note(tick: int, length: int, key: int, velocity: int = 100, channel: int = 0) -> list[Event]:
    return [
        (tick, bytes([0x90 | channel, key, velocity])),
        (tick + length, bytes([0x90 | channel, key, 0])),
    ]


def song_midi(*, running: bool = True, form: int = 1) -> bytes:
    """Two bars at 120 and two at 90 in 4/4, then 3/4: kick, bass, a controller, a bend, markers and words."""
    first = [tempo(0, 120), metre(0, 4, 4), tempo(8 * 480, 90), metre(16 * 480, 3, 4)]
    first += [text(0, 6, "Verse"), text(8 * 480, 6, "Chorus"), text(0, 5, "hel"), text(240, 5, "lo ")]
    drums = [event for beat in range(20) for event in note(480 * beat, 120, 36, 60 + 3 * beat, 9)]
    bass = [text(0, 3, "Bass DI"), (0, bytes([0xC1, 33]))]
    bass += [event for beat in range(0, 20, 2) for event in note(480 * beat, 900, 40 + beat, 90, 1)]
    bass += [(240 * step, bytes([0xB1, 74, 6 * step])) for step in range(20)]
    bass += [(240 * step, bytes([0xE1, 0, 32 + step])) for step in range(20)]
    if form == 0:
        return midi([track([*first, *drums, *bass], running=running)], form=0)
    return midi([track(first), track(drums, running=running), track(bass, running=running)])


def wave(chunks: Sequence[tuple[bytes, bytes]], rate: int = 48_000, seconds: float = 1.0) -> bytes:
    """Return a WAV file (mono, 16 bit, silent) with chunks behind its sound."""
    sound = bytes(2 * int(rate * seconds))
    inside = [(b"fmt ", struct.pack("<HHIIHH", 1, 1, rate, 2 * rate, 2, 16)), (b"data", sound), *chunks]
    body = b"".join(name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in inside)
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body


def cue_chunks(cues: Sequence[tuple[int, str, int]]) -> list[tuple[bytes, bytes]]:
    """Return `cue ` and `LIST adtl` of (sample, name, length in samples; 0 for a moment)."""
    points, labels = b"", b"adtl"
    for number, (sample, name, length) in enumerate(cues, 1):
        points += struct.pack("<II4sIII", number, sample, b"data", 0, 0, sample)
        raw = struct.pack("<I", number) + name.encode() + b"\0"
        labels += b"labl" + struct.pack("<I", len(raw)) + raw + b"\0" * (len(raw) % 2)
        if length:
            labels += b"ltxt" + struct.pack("<IIII", 20, number, length, 0) + bytes(8)
    return [(b"cue ", struct.pack("<I", len(cues)) + points), (b"LIST", labels)]


def acid(bpm: float, beats: int = 0, *, one_shot: bool = False) -> tuple[bytes, bytes]:
    return b"acid", struct.pack("<IHHfIHHf", int(one_shot), 60, 0, 0.0, beats, 4, 4, bpm)


def bext(samples: int) -> tuple[bytes, bytes]:
    return b"bext", bytes(338) + struct.pack("<II", samples & 0xFFFFFFFF, samples >> 32) + bytes(10)


def aiff(marks: Sequence[tuple[int, str]], rate: int = 44_100, frames: int = 44_100) -> bytes:
    exponent = rate.bit_length() - 1
    extended = struct.pack(">HQ", 16383 + exponent, rate << (63 - exponent))
    common = struct.pack(">hIh", 1, frames, 16) + extended
    body = struct.pack(">H", len(marks))
    for number, (sample, name) in enumerate(marks, 1):
        raw = name.encode()
        body += struct.pack(">hIB", number, sample, len(raw)) + raw + b"\0" * ((len(raw) + 1) % 2)
    chunks = [(b"COMM", common), (b"MARK", body), (b"SSND", bytes(8))]
    inside = b"".join(name + struct.pack(">I", len(data)) + data + b"\0" * (len(data) % 2) for name, data in chunks)
    return b"FORM" + struct.pack(">I", 4 + len(inside)) + b"AIFF" + inside


def id3(chapters: Sequence[tuple[int, int, str]], version: int = 4) -> bytes:
    """Return an ID3 tag with chapters of (start ms, end ms, name)."""

    def size_of(length: int) -> bytes:
        if version == 3:
            return struct.pack(">I", length)
        return bytes(length >> shift & 0x7F for shift in (21, 14, 7, 0))

    def frame(name: bytes, content: bytes) -> bytes:
        return name + size_of(len(content)) + b"\0\0" + content

    body = frame(b"TBPM", b"\0120")
    for number, (start, end, name) in enumerate(chapters):
        inner = frame(b"TIT2", b"\x03" + name.encode())
        head = f"chp{number}".encode() + b"\0" + struct.pack(">IIII", start, end, 0xFFFFFFFF, 0xFFFFFFFF)
        body += frame(b"CHAP", head + inner)
    length = bytes(len(body) >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes([version, 0, 0]) + length + body + b"\xff\xfb\x90\x00" + bytes(100)


REAPER = """<REAPER_PROJECT 0.1 "7.16/linux-x86_64" 1719500000
  RENDER_RANGE 1 0 0 18 1000
  TEMPO 120 4 4
  <TEMPOENVEX
    ACT 1 -1
    PT 0 120 1 262148 0 1
    PT 4 90 0 262147 0 1
    PT 10 120 1
  >
  MARKER 1 0 "Intro" 0 0 1 B {AAAA} 0
  MARKER 2 4.5 Verse 0
  MARKER 3 8 "Big Chorus" 1 0
  MARKER 3 12 "" 1
  <TRACK {BBBB}
    NAME "MARKER 9 1 no 0"
    <ITEM
      POSITION 2
    >
  >
>
"""

ABLETON = """<?xml version="1.0" encoding="UTF-8"?>
<Ableton MajorVersion="5" MinorVersion="11.0_433" Creator="Ableton Live 11.0">
<LiveSet>
<Tracks><MidiTrack Id="1"><Tempo><Manual Value="60"/></Tempo></MidiTrack></Tracks>
<MasterTrack>
<AutomationEnvelopes><Envelopes>
<AutomationEnvelope Id="0"><EnvelopeTarget><PointeeId Value="10"/></EnvelopeTarget><Automation><Events>
<EnumEvent Id="0" Time="-63072000" Value="201"/></Events></Automation></AutomationEnvelope>
<AutomationEnvelope Id="1"><EnvelopeTarget><PointeeId Value="8"/></EnvelopeTarget><Automation><Events>
<FloatEvent Id="1" Time="-63072000" Value="120"/><FloatEvent Id="2" Time="8" Value="120"/>
<FloatEvent Id="3" Time="8" Value="90"/></Events></Automation></AutomationEnvelope>
</Envelopes></AutomationEnvelopes>
<DeviceChain><Mixer><Tempo><LomId Value="0"/><Manual Value="120"/><AutomationTarget Id="8"/></Tempo>
<TimeSignature><LomId Value="0"/><Manual Value="201"/><AutomationTarget Id="10"/></TimeSignature></Mixer></DeviceChain>
</MasterTrack>
<Locators><Locators>
<Locator Id="0"><LomId Value="0"/><Time Value="0"/><Name Value="Intro"/><Annotation Value=""/></Locator>
<Locator Id="1"><LomId Value="0"/><Time Value="12"/><Name Value="후렴"/><Annotation Value=""/></Locator>
</Locators></Locators>
</LiveSet>
</Ableton>
"""

REKORDBOX = """<?xml version="1.0" encoding="UTF-8"?>
<DJ_PLAYLISTS Version="1.0.0"><PRODUCT Name="rekordbox" Version="6.7.7" Company="AlphaTheta"/>
<COLLECTION Entries="2">
<TRACK TrackID="1" Name="Another" TotalTime="245" Location="file://localhost/C:/Music/Another.mp3">
<TEMPO Inizio="0.500" Bpm="100.00" Metro="4/4" Battito="1"/></TRACK>
<TRACK TrackID="2" Name="Fix Me" TotalTime="245" AverageBpm="128" Location="file://localhost/C:/Music/Za%C5%BC%20me.wav">
<TEMPO Inizio="0.125" Bpm="120.00" Metro="4/4" Battito="3"/>
<TEMPO Inizio="20" Bpm="128.00" Metro="4/4" Battito="1"/>
<POSITION_MARK Name="Verse" Type="0" Start="16.000" Num="-1"/>
<POSITION_MARK Name="Drop" Type="0" Start="32.5" Num="0"/>
<POSITION_MARK Name="" Type="4" Start="40" End="48" Num="-1"/>
</TRACK></COLLECTION></DJ_PLAYLISTS>
"""

TRAKTOR = """<?xml version="1.0" encoding="UTF-8" standalone="no" ?>
<NML VERSION="19"><HEAD COMPANY="www.native-instruments.com" PROGRAM="Traktor"></HEAD>
<COLLECTION ENTRIES="1"><ENTRY TITLE="Song" ARTIST="A"><LOCATION DIR="/:m/:" FILE="song.mp3" VOLUME="C:"></LOCATION>
<TEMPO BPM="125.000000" BPM_QUALITY="100.000000"></TEMPO>
<CUE_V2 NAME="AutoGrid" DISPL_ORDER="0" TYPE="4" START="52.500000" LEN="0.000000" REPEATS="-1" HOTCUE="0">
<GRID BPM="125.000000"></GRID></CUE_V2>
<CUE_V2 NAME="Break" DISPL_ORDER="0" TYPE="0" START="15412.500000" LEN="0.000000" REPEATS="-1" HOTCUE="1"></CUE_V2>
<CUE_V2 NAME="n.n." DISPL_ORDER="0" TYPE="5" START="30772.500000" LEN="7680.000000" REPEATS="-1" HOTCUE="2"></CUE_V2>
</ENTRY></COLLECTION></NML>
"""

LABELS = "0.000000\t15.500000\tIntro\n15.500000\t31,000000\tVerse 1\n31.000000\t31.000000\tChorus\n\\\t100\t200\n"


def ableton(whole: str = ABLETON) -> bytes:
    return gzip.compress(whole.encode(), mtime=0)


def every_kind() -> dict[str, bytes]:
    """Return a sound file of each kind, by name."""
    return {
        "notes.mid": song_midi(),
        "notes0.mid": song_midi(form=0),
        "cues.wav": wave([*cue_chunks([(0, "Intro", 0), (24_000, "Verse", 12_000)]), acid(120, 2), bext(96_000)]),
        "marks.aiff": aiff([(0, "Intro"), (22_050, "Verse")]),
        "chapters.mp3": id3([(0, 15_000, "Intro"), (15_000, 30_000, "Verse")]),
        "song.rpp": REAPER.encode(),
        "song.als": ableton(),
        "rekordbox.xml": REKORDBOX.encode(),
        "collection.nml": TRAKTOR.encode(),
        "labels.txt": LABELS.encode(),
    }

"""Sound as WhatsApp's voice messages want it: OGG with Opus, one channel.

Source: Meta, "Audio messages". PyAV (the package ``av``, with FFmpeg inside) does the
work where it is installed; without it recordings leave as plain audio.
"""

import io

try:
    import av
except ImportError:
    av = None

# Of Opus itself, and enough for speech: 60 seconds are some 240 kB. From 512 kB on
# the phone shows an arrow to download instead of one to play.
_RATE, _BITS_PER_SECOND = 48000, 32000


def is_opus_mono(content: bytes) -> bool:
    """Return whether a file already is what :func:`to_opus` makes."""
    head = content.find(b"OpusHead", 0, 512)
    # RFC 7845: signature, one byte of version, one byte of channels.
    return content.startswith(b"OggS") and head > 0 and content[head + 9] == 1


def to_opus(content: bytes) -> bytes | None:
    """OGG/Opus of any sound; None without PyAV, or when it cannot read it."""
    if av is None:
        return None
    made = io.BytesIO()
    try:
        with (
            av.open(io.BytesIO(content)) as source,
            av.open(made, "w", format="ogg") as target,
        ):
            if not source.streams.audio:
                return None
            _convert(source, target)
    except av.FFmpegError:
        return None
    return made.getvalue()


def _convert(
    source: "av.container.InputContainer", target: "av.container.OutputContainer"
) -> None:
    stream = target.add_stream("libopus", rate=_RATE, layout="mono")
    stream.bit_rate = _BITS_PER_SECOND
    resampler = av.AudioResampler(format="s16", layout="mono", rate=_RATE)
    for frame in source.decode(audio=0):
        for part in resampler.resample(frame):
            target.mux(stream.encode(part))
    for part in resampler.resample(None):
        target.mux(stream.encode(part))
    target.mux(stream.encode(None))

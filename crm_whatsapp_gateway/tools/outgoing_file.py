"""A file that a person attached, as WhatsApp takes it.

Source of types and sizes: Meta, "Media" and the pages of each kind of message. Meta
accepts an upload of a wrong type and refuses the message later (131053), so what
cannot be sent is found here, before it waits.
"""

import mimetypes
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from os.path import splitext

from . import const
from .media import base_mimetype, extension_of
from .picture import UNREADABLE, fit_picture, read_picture
from .voice import is_opus_mono, to_opus

Translate = Callable[..., str]

#: Kinds of message by type of file, beside OCA's.
KINDS = {
    "audio/ogg": "audio",
    "image/webp": "image",
    "video/3gpp": "video",
}
# Meta, "Audio messages": of what is uploaded for a voice message.
VOICE_TYPE = "audio/ogg; codecs=opus"
# The same type in the words of browsers and operating systems.
_SAME = {
    "application/x-pdf": "application/pdf",
    "audio/3gpp": "video/3gpp",
    "audio/aacp": "audio/aac",
    "audio/m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/mpeg3": "audio/mpeg",
    "audio/opus": "audio/ogg",
    "audio/x-aac": "audio/aac",
    "audio/x-m4a": "audio/mp4",
    "audio/x-mp3": "audio/mpeg",
    "audio/x-mpeg": "audio/mpeg",
    "application/ogg": "audio/ogg",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "video/3gp": "video/3gpp",
}
_UNKNOWN = frozenset(("", "application/octet-stream", "binary/octet-stream"))
_BY_NAME = {".heic": "image/heic", ".heif": "image/heif", ".webp": "image/webp"}
# Longest name in bytes, as file systems have it, with room for an ending.
_NAME_BYTES = 240
_ANIMATED_STICKER, _STATIC_STICKER = 500_000, 100_000
# Sound is converted while its writer waits.
_MOST_SOUND = 50_000_000


class CannotBeSent(Exception):
    """WhatsApp does not take the file; the text says what to do instead."""


@dataclass(frozen=True)
class GivenFile:
    """A file that was attached.

    :ivar read: gives its content, which is not needed for most kinds
    :ivar is_voice: whether it was recorded in Discuss
    """

    name: str
    mimetype: str
    size: int
    read: Callable[[], bytes]
    is_voice: bool = False


@dataclass(frozen=True)
class OutgoingFile:
    """File to upload.

    :ivar kind: Meta's kind of message
    :ivar content: the converted file, None where the given one is sent as it is
    """

    kind: str
    name: str
    mimetype: str
    content: bytes | None = None
    is_voice: bool = False


def prepare_file(
    given: GivenFile, kinds: Mapping[str, str], has_text: bool, _: Translate
) -> OutgoingFile:
    """The file to upload for a given one.

    :param kinds: kind of message by type of file
    :param has_text: whether a text goes with it, which a sticker cannot have
    :param _: translation, called with a literal and its named values
    :raise CannotBeSent: with what to do instead
    """
    mimetype = mimetype_of(given.name, given.mimetype)
    if not given.size:
        raise CannotBeSent(
            _("%(name)s is empty. Attach the file again.", name=given.name)
        )
    family = mimetype.split("/")[0]
    if family == "image" and mimetype != "image/svg+xml":
        return _prepare_picture(given, mimetype, has_text, _)
    if family == "audio":
        return _prepare_sound(given, mimetype, kinds, _)
    kind = kinds.get(mimetype)
    if not kind:
        raise _wrong_type(given, mimetype, _)
    _check_size(given, given.size, const.MEDIA_BYTES[kind], _)
    return OutgoingFile(kind, name_of(given.name, mimetype), mimetype)


def mimetype_of(name: str, mimetype: str) -> str:
    """Type of a file in Meta's words."""
    plain = base_mimetype(mimetype)
    if plain in _UNKNOWN:
        by_name = _BY_NAME.get(splitext(name)[1].lower())
        plain = by_name or mimetypes.guess_type(name)[0] or plain
    return _SAME.get(plain, plain)


def name_of(name: str, mimetype: str) -> str:
    """Name of a file without folders, with an ending, which decides its icon."""
    last = name.replace("\\", "/").split("/")[-1]
    last = "".join(char for char in last if char.isprintable()).strip(" .")
    stem, ending = splitext(last)
    known = _BY_NAME.get(ending.lower()) or mimetypes.guess_type(last)[0]
    if not known:
        return _shortened(last or "file", extension_of(mimetype))
    is_document = mimetype.startswith(("application/", "text/"))
    if is_document or mimetype_of(last, known) == mimetype:
        return _shortened(stem, ending)
    return _shortened(stem, extension_of(mimetype))


def _shortened(stem: str, ending: str) -> str:
    room = _NAME_BYTES - len(ending.encode())
    return stem.encode()[:room].decode(errors="ignore") + ending


# ------------------------------------------------------------------ pictures
def _prepare_picture(
    given: GivenFile, mimetype: str, has_text: bool, _: Translate
) -> OutgoingFile:
    content = given.read()
    limit = const.MEDIA_BYTES["image"]
    try:
        picture = read_picture(content)
        if picture.is_animated:
            return _prepare_animation(given, picture.mimetype, _)
        is_small = len(content) <= _STATIC_STICKER
        if picture.mimetype == "image/webp" and is_small and not has_text:
            name = name_of(given.name, picture.mimetype)
            return OutgoingFile("sticker", name, picture.mimetype)
        fitting = fit_picture(content, limit)
    except UNREADABLE as error:
        _check_size(given, len(content), limit, _)
        raise CannotBeSent(
            _(
                "%(name)s (%(type)s) cannot be read as a picture. Save it as JPEG or"
                " PNG and attach it again.",
                name=given.name,
                type=mimetype,
            )
        ) from error
    _check_size(given, len(fitting.content), limit, _)
    name = name_of(given.name, fitting.mimetype)
    made = None if fitting.content is content else fitting.content
    return OutgoingFile("image", name, fitting.mimetype, made)


def _prepare_animation(given: GivenFile, mimetype: str, _: Translate) -> OutgoingFile:
    if mimetype == "image/webp" and given.size <= _ANIMATED_STICKER:
        return OutgoingFile("sticker", name_of(given.name, mimetype), mimetype)
    raise CannotBeSent(
        _(
            "WhatsApp does not play animated pictures such as %(name)s. Save it as an"
            " MP4 video, or as a still JPEG, and attach it again.",
            name=given.name,
        )
    )


# --------------------------------------------------------------------- sound
def _prepare_sound(
    given: GivenFile, mimetype: str, kinds: Mapping[str, str], _: Translate
) -> OutgoingFile:
    limit = const.MEDIA_BYTES["audio"]
    is_taken = kinds.get(mimetype) == "audio"
    if given.is_voice or not is_taken or mimetype == "audio/ogg":
        _check_size(given, given.size, _MOST_SOUND, _)
        content = given.read()
        is_opus = is_opus_mono(content)
        made = None if is_opus else to_opus(content)
        if is_opus or made:
            _check_size(given, len(made or content), limit, _)
            name = name_of(given.name, "audio/ogg")
            return OutgoingFile("audio", name, "audio/ogg", made, given.is_voice)
        is_taken = is_taken and mimetype != "audio/ogg"
    if not is_taken:
        raise CannotBeSent(
            _(
                "WhatsApp takes no sound of the type %(type)s: %(name)s. Save it as MP3"
                " and attach it again.",
                type=mimetype,
                name=given.name,
            )
        )
    _check_size(given, given.size, limit, _)
    return OutgoingFile("audio", name_of(given.name, mimetype), mimetype)


# ------------------------------------------------------------------ refusals
def _wrong_type(given: GivenFile, mimetype: str, _: Translate) -> CannotBeSent:
    if mimetype.startswith("video/"):
        return CannotBeSent(
            _(
                "WhatsApp takes no videos of the type %(type)s: %(name)s. Save it as"
                " MP4 and attach it again.",
                type=mimetype,
                name=given.name,
            )
        )
    return CannotBeSent(
        _(
            "WhatsApp takes no files of the type %(type)s: %(name)s. Convert"
            " it, for instance to PDF, and attach it again.",
            type=mimetype,
            name=given.name,
        )
    )


def _check_size(given: GivenFile, size: int, limit: int, _: Translate) -> None:
    if size > limit:
        raise CannotBeSent(
            _(
                "%(name)s is too large: WhatsApp takes up to %(limit)s MB of this"
                " kind. Make it smaller and attach it again.",
                name=given.name,
                limit=limit / 1_000_000,
            )
        )

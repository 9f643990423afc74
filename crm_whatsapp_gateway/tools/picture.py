"""Pictures as WhatsApp wants them: JPEG or PNG, 8 bits, RGB or RGBA, not too large.

Source: Meta, "Image messages" and "Sticker messages".
"""

import io
from dataclasses import dataclass

# Odoo has Pillow load no more formats than its own few; these are loaded by name.
from PIL import Image, ImageOps, TiffImagePlugin, WebPImagePlugin

_FORMATS = [
    "BMP",
    "GIF",
    "JPEG",
    "PNG",
    TiffImagePlugin.TiffImageFile.format,
    WebPImagePlugin.WebPImageFile.format,
    # Where a package that reads them was installed and registered.
    "AVIF",
    "HEIF",
]
# What Pillow raises for a file that is no picture, or a broken or a gigantic one.
UNREADABLE = (OSError, SyntaxError, ValueError, Image.DecompressionBombError)
_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
_MODES = ("RGB", "RGBA")
# Tried one after the other until the file is small enough.
_SIDES = (4096, 2560, 1600, 1024, 640)
_QUALITIES = (90, 80, 70)


@dataclass(frozen=True)
class Picture:
    """Properties of a picture, and the file to send.

    :ivar mimetype: type of ``content``
    :ivar content: the file, made anew where WhatsApp does not take it
    """

    mimetype: str
    content: bytes
    is_animated: bool = False


def read_picture(content: bytes) -> Picture:
    """Type of a picture; its file as it is.

    :raise Exception: one of :data:`UNREADABLE`
    """
    with Image.open(io.BytesIO(content), formats=_formats()) as image:
        mimetype = Image.MIME.get(image.format or "", "")
        return Picture(mimetype, content, getattr(image, "n_frames", 1) > 1)


def fit_picture(content: bytes, limit: int) -> Picture:
    """Picture that WhatsApp takes, made anew only where needed.

    :param limit: bytes that it may have
    :raise Exception: one of :data:`UNREADABLE`
    """
    with Image.open(io.BytesIO(content), formats=_formats()) as image:
        image_format = image.format or ""
        if image_format in _TYPES and image.mode in _MODES and len(content) <= limit:
            return Picture(_TYPES[image_format], content)
        upright = ImageOps.exif_transpose(image) or image
        if _is_transparent(upright):
            made = _saved(upright.convert("RGBA"), "PNG")
            if len(made) <= limit:
                return Picture(_TYPES["PNG"], made)
        return Picture(_TYPES["JPEG"], _small_jpeg(_on_white(upright), limit))


def _formats() -> list[str]:
    return [name for name in _FORMATS if name in Image.OPEN]


def _is_transparent(image: Image.Image) -> bool:
    return image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info


def _on_white(image: Image.Image) -> Image.Image:
    if not _is_transparent(image):
        return image.convert("RGB")
    image = image.convert("RGBA")
    paper = Image.new("RGB", image.size, "white")
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _small_jpeg(image: Image.Image, limit: int) -> bytes:
    made = b""
    for side in _SIDES:
        image.thumbnail((side, side), Image.Resampling.LANCZOS)
        for quality in _QUALITIES:
            made = _saved(image, "JPEG", quality=quality)
            if len(made) <= limit:
                return made
    return made


def _saved(image: Image.Image, image_format: str, **options: int) -> bytes:
    file = io.BytesIO()
    image.save(file, image_format, **options)
    return file.getvalue()

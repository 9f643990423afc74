"""Tiny files to send when a customer's medium brings no bytes."""

import base64

_PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    "AABJRU5ErkJggg=="
)
_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDABsSFBcUERsXFhceHBsgKEIrKCUlKFE6PTBCYFVlZF9VXV"
    "tqeJmBanGQc1tdhbWGkJ6jq62rZ4C8ybqmx5moq6T/2wBDARweHigjKE4rK06kbl1upKSkpKSkpKSk"
    "pKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKSkpKT/wAARCAAIAAgDASIAAhEBAx"
    "EB/8QAFQABAQAAAAAAAAAAAAAAAAAAAAP/xAAUEAEAAAAAAAAAAAAAAAAAAAAA/8QAFQEBAQAAAAAA"
    "AAAAAAAAAAAAAwX/xAAUEQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIRAxEAPwCwAEl//9k="
)
_WEBP = "UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoIAAgAB0CWJaACdAFAAAD+pNYuE5dfrV7r/Vo2gAA="

_PDF = b"""%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj
trailer<</Root 1 0 R>>
%%EOF
"""
#: An OGG page with an Opus head and nothing to hear.
_OGG = (
    b"OggS\x00\x02" + bytes(8) + b"WASM" + bytes(4) + bytes(4) + b"\x01\x13"
    b"OpusHead\x01\x01\x38\x01\x80\xbb\x00\x00\x00\x00\x00"
)
#: The first box of an MP4 file.
_MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom" + b"\x00\x00\x00\x08mdat"

#: kind -> (MIME type, file name, bytes)
SAMPLES: dict[str, tuple[str, str, bytes]] = {
    "image": ("image/jpeg", "foto.jpg", base64.b64decode(_JPEG)),
    "audio": ("audio/ogg; codecs=opus", "nota.ogg", _OGG),
    "video": ("video/mp4", "video.mp4", _MP4),
    "document": ("application/pdf", "documento.pdf", _PDF),
    "sticker": ("image/webp", "sticker.webp", base64.b64decode(_WEBP)),
}
PNG = base64.b64decode(_PNG)

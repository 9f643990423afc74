import io
import math
import random
import struct
import wave
from unittest.mock import patch

from PIL import Image

from odoo.exceptions import UserError
from odoo.tests import BaseCase, tagged

from ..tools import const, voice
from ..tools.outgoing_file import mimetype_of, name_of
from ..tools.picture import fit_picture
from .common_outbound import OutboundCase, error, picture


def noise(size, image_format, mode="RGB"):
    """A picture that no format makes small."""
    width, height = size
    data = random.Random(1).randbytes(width * height * len(mode))
    file = io.BytesIO()
    Image.frombytes(mode, size, data).save(file, image_format)
    return file.getvalue()


def animation(image_format):
    frames = [Image.new("RGB", (8, 8), color) for color in ("red", "blue")]
    file = io.BytesIO()
    frames[0].save(file, image_format, save_all=True, append_images=frames[1:])
    return file.getvalue()


def sound():
    """Half a second of a tone, as WAV."""
    file = io.BytesIO()
    with wave.open(file, "wb") as target:
        target.setparams((2, 2, 44100, 0, "NONE", ""))
        for place in range(22050):
            level = int(9000 * math.sin(place / 16))
            target.writeframes(struct.pack("<hh", level, level))
    return file.getvalue()


@tagged("post_install", "-at_install")
class TestNames(BaseCase):
    def test_a_document_has_a_name_with_ending_and_without_folders(self):
        pdf = "application/pdf"
        for given, mimetype, name in (
            ("Cotización S00042", pdf, "Cotización S00042.pdf"),
            ("Cotización.pdf", pdf, "Cotización.pdf"),
            ("contrato.v2", pdf, "contrato.v2.pdf"),
            ("C:\\Temp\\a.pdf", pdf, "a.pdf"),
            ("../../etc/a.pdf", pdf, "a.pdf"),
            ("foto.webp", "image/jpeg", "foto.jpg"),
            ("foto.JPEG", "image/jpeg", "foto.JPEG"),
            ("Voice-2026-03-02-1.mp3", "audio/ogg", "Voice-2026-03-02-1.ogg"),
            ("", "application/pdf", "file.pdf"),
        ):
            with self.subTest(given=given):
                self.assertEqual(name_of(given, mimetype), name)
        long_name = name_of("ñ" * 300 + ".pdf", pdf)
        self.assertLessEqual(len(long_name.encode()), 240)
        self.assertTrue(long_name.endswith("ñ.pdf"))

    def test_types_in_the_words_of_browsers(self):
        for name, given, mimetype in (
            ("a.mp3", "audio/mp3", "audio/mpeg"),
            ("a.m4a", "audio/x-m4a", "audio/mp4"),
            ("a.3gp", "audio/3gpp", "video/3gpp"),
            ("a.jpg", "image/jpg", "image/jpeg"),
            ("a.pdf", "application/octet-stream", "application/pdf"),
            ("a.heic", "application/octet-stream", "image/heic"),
            ("a.ogg", "audio/ogg; codecs=opus", "audio/ogg"),
        ):
            with self.subTest(name=name):
                self.assertEqual(mimetype_of(name, given), mimetype)


@tagged("post_install", "-at_install")
class TestPictures(BaseCase):
    def test_a_photo_is_turned_as_its_camera_says(self):
        exif = Image.Exif()
        exif[0x0112] = 6
        content = picture("JPEG", (20, 10), "CMYK", exif=exif)
        with Image.open(io.BytesIO(fit_picture(content, 5_000_000).content)) as made:
            self.assertEqual(made.size, (10, 20))

    def test_a_large_photo_is_made_smaller_until_it_fits(self):
        content = noise((1200, 800), "PNG")
        made = fit_picture(content, 300_000)
        self.assertEqual(made.mimetype, "image/jpeg")
        self.assertLessEqual(len(made.content), 300_000)

    def test_a_transparent_picture_too_large_for_png_is_on_white(self):
        content = noise((400, 400), "WEBP", "RGBA")
        self.assertEqual(fit_picture(content, 5_000_000).mimetype, "image/png")
        made = fit_picture(content, 200_000)
        self.assertEqual(made.mimetype, "image/jpeg")

    def test_colours_that_whatsapp_does_not_take(self):
        for image_format, mode in (("PNG", "P"), ("JPEG", "CMYK"), ("PNG", "I;16")):
            with self.subTest(mode=mode):
                made = fit_picture(picture(image_format, mode=mode), 5_000_000)
                with Image.open(io.BytesIO(made.content)) as image:
                    self.assertIn(image.mode, ("RGB", "RGBA"))


@tagged("post_install", "-at_install")
class TestOutgoingFiles(OutboundCase):
    """A27: what an adviser attaches arrives as from a phone."""

    def uploaded(self, attachment, text=""):
        """Send a file; its message's payload, its upload as bytes."""
        row = self.send(text, attachment_ids=attachment.ids)
        self.work()
        self.assertEqual(self.graph.paths, ["media", "messages"], row.error_message)
        return self.graph.calls[1]["json"], self.graph.calls[0]["body"]

    def refused(self, attachment, words):
        with self.assertRaisesRegex(UserError, words), self.env.cr.savepoint():
            self.send("", attachment_ids=attachment.ids)
        self.assertFalse(self.queue.search([("gateway_id", "=", self.gateway.id)]))

    def test_photo_is_sent_as_it_is(self):
        attachment = self.picture("foto.jpg", "image/jpeg", image_format="JPEG")
        sent, body = self.uploaded(attachment, "la fachada")
        self.assertEqual(sent["image"], {"id": "media1", "caption": "la fachada"})
        self.assertIn(attachment.raw, body)
        self.assertFalse(self.queue.search([("converted_id", "!=", False)]))

    def test_webp_with_text_or_too_large_for_a_sticker_is_a_photo(self):
        webp = self.picture("foto.webp", "image/webp", image_format="WEBP")
        sent, body = self.uploaded(webp, "la fachada")
        self.assertEqual(sent["image"], {"id": "media1", "caption": "la fachada"})
        self.assertIn(b'filename="foto.jpg"', body)
        self.assertIn(b"image/jpeg", body)
        self.assertIn(b"\xff\xd8\xff", body)

        large = self.attachment("g.webp", "image/webp", noise((600, 400), "WEBP"))
        self.assertGreater(large.file_size, 100_000)
        row = self.send("", attachment_ids=large.ids)
        self.assertEqual(row.kind, "image")

    def test_small_webp_without_text_is_a_sticker(self):
        webp = self.picture("hola.webp", "image/webp", image_format="WEBP")
        sent, _body = self.uploaded(webp)
        self.assertEqual(sent["sticker"], {"id": "media1"})

    def test_formats_that_whatsapp_lacks_are_sent_as_photo(self):
        for image_format, mimetype in (
            ("GIF", "image/gif"),
            ("BMP", "image/bmp"),
            ("TIFF", "image/tiff"),
        ):
            with self.subTest(image_format):
                attachment = self.picture(
                    f"plano.{image_format.lower()}", mimetype, image_format=image_format
                )
                row = self.send("", attachment_ids=attachment.ids)
                self.assertEqual(row.kind, "image")
                self.assertEqual(row.converted_id.name, "plano.jpg")
                self.assertEqual(row.converted_id.mimetype, "image/jpeg")

    def test_oversized_photo_is_made_smaller(self):
        attachment = self.attachment(
            "foto.png", "image/png", noise((1500, 1200), "PNG")
        )
        self.assertGreater(attachment.file_size, const.MEDIA_BYTES["image"])
        row = self.send("", attachment_ids=attachment.ids)
        self.assertLessEqual(row.converted_id.file_size, const.MEDIA_BYTES["image"])
        self.assertEqual(row.message_id.attachment_ids, attachment, "Odoo keeps it")

    def test_converted_file_is_seen_and_goes_with_its_row(self):
        webp = self.picture("foto.webp", "image/webp", image_format="WEBP")
        row = self.send("texto", attachment_ids=webp.ids)
        converted = row.converted_id
        self.assertTrue(converted.with_user(self.adviser).raw)
        row.unlink()
        self.assertFalse(converted.exists())

    def test_what_cannot_be_sent_is_refused_with_what_to_do(self):
        heic = b"\0\0\0\x18ftypheic\0\0\0\0heicmif1"
        for name, mimetype, raw, words in (
            ("foto.heic", "image/heic", heic, "Save it as JPEG"),
            ("foto.heic", "application/octet-stream", heic, "Save it as JPEG"),
            ("foto.jpg", "image/jpeg", b"no picture", "Save it as JPEG"),
            ("logo.svg", "image/svg+xml", b"<svg/>", "for instance to PDF"),
            ("baile.gif", "image/gif", animation("GIF"), "MP4 video"),
            ("casa.mov", "video/quicktime", b"moov", "Save it as MP4"),
            ("nota.amb", "audio/x-odd", b"odd", "Save it as MP3"),
            ("datos.zip", "application/zip", b"PK", "for instance to PDF"),
            ("vacio.pdf", "application/pdf", b"", "is empty"),
        ):
            with self.subTest(name=name):
                self.refused(self.attachment(name, mimetype, raw), words)

    def test_several_photos_are_messages_in_order_and_fail_alone(self):
        files = self.picture("a.png") + self.picture("b.png")
        rows = self.send("dos fotos", attachment_ids=files.ids)
        self.assertEqual(rows.mapped("kind"), ["image", "image", "text"])
        self.graph.will(self.graph.accept, error(131053))
        self.work()
        self.assertEqual(rows.mapped("state"), ["failed", "success", "success"])

    # ----------------------------------------------------------------- voice
    def recording(self, raw):
        attachment = self.attachment("Voice-2026-03-02-1.mp3", "audio/mp3", raw)
        self.env["discuss.voice.metadata"].create({"attachment_id": attachment.id})
        return attachment

    def test_recorded_voice_leaves_as_a_voice_message(self):
        sent, body = self.uploaded(self.recording(sound()))
        self.assertEqual(sent["audio"], {"id": "media1", "voice": True})
        self.assertIn(b'filename="Voice-2026-03-02-1.ogg"', body)
        self.assertIn(b"audio/ogg; codecs=opus", body)
        self.assertTrue(voice.is_opus_mono(body[body.index(b"OggS") :]))

    def test_recorded_voice_leaves_as_audio_where_it_cannot_be_converted(self):
        attachment = self.recording(b"ID3")
        with patch.object(voice, "av", None):
            sent, body = self.uploaded(attachment)
        self.assertEqual(sent["audio"], {"id": "media1"})
        self.assertIn(b"audio/mpeg", body)

    def test_attached_sound_of_another_format_is_no_voice_message(self):
        attachment = self.attachment("nota.wav", "audio/wav", sound())
        row = self.send("", attachment_ids=attachment.ids)
        self.assertEqual(row.payload["audio"], {"id": "uploaded-when-sent"})
        self.assertTrue(voice.is_opus_mono(row.converted_id.raw))

from datetime import timedelta
from unittest.mock import patch

import requests

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..models.inbound import whatsapp_media
from ..processing.retry import MEDIA
from ..tools import media
from .common import DIRECTOR_GROUP
from .common_media import FILE_HOST, GRAPH_HOST, MediaCase
from .common_outbound import answer, error

LOGGER = whatsapp_media.__name__


@tagged("post_install", "-at_install")
class TestInboundMedia(MediaCase):
    """A20, S6: words first, the file afterwards, and only a whole one."""

    def _comment(self, channel):
        return channel.message_ids.filtered(lambda m: m.message_type == "comment")

    def _lines(self, record):
        lines = record.message_ids.filtered(lambda m: m.message_type == "notification")
        return [line for line in lines if "could not be fetched" in (line.body or "")]

    def _next_try(self):
        row = self.row()
        row.next_try = fields.Datetime.now()
        self.process()
        return row

    def test_the_file_comes_to_conversation_and_lead_after_its_words(self):
        self.post(self._body(self.media(caption="mi cédula")))
        with patch.object(type(self.row()), "_fetch_next", return_value=False):
            self.process()
        channel = self.channel()
        self.assertEqual(self._comment(channel).body.striptags(), "mi cédula")
        self.assertFalse(channel.message_ids.attachment_ids)
        self.assertFalse(self.calls)

        self.process()

        message = self._comment(channel)
        self.assertEqual(message.attachment_ids.raw, self.content)
        self.assertEqual(message.attachment_ids.mimetype, "image/png")
        self.assertEqual(message.gateway_message_id.res_id, channel.lead_id.id)
        self.assertEqual(
            message.gateway_message_id.attachment_ids, message.attachment_ids
        )
        self.assertEqual(message.body.striptags(), "mi cédula")
        self.assertEqual(self.row().state, "done")

    def test_words_that_stand_in_for_a_file_go_when_it_is_there(self):
        self.post(self._body(self.media()))
        with patch.object(type(self.row()), "_fetch_next", return_value=False):
            self.process()
        message = self._comment(self.channel())
        self.assertEqual(message.body.striptags(), "Image")

        self.process()

        self.assertFalse(message.body)
        self.assertFalse(message.gateway_message_id.body)
        self.assertTrue(message.attachment_ids)
        # The inbox names the file, as for one of ours.
        preview = self.channel().whatsapp_preview
        self.assertEqual(preview, message.attachment_ids.name)

    def test_browsers_are_told_of_the_file(self):
        self.receive(self.media())
        notes = self.env["bus.bus"].search([], order="id desc", limit=30)
        told = [n for n in notes if "image-900.png" in n.message]
        self.assertTrue(told)

    @mute_logger(LOGGER)
    def test_half_a_file_is_not_taken_and_the_whole_one_is_fetched_later(self):
        half = answer(200, content=self.content[:9])
        type(self).script = [self.descriptor(), half]
        channel = self.receive(self.media())
        row = self.row()
        self.assertEqual((row.state, row.reason), ("pending", media.TRUNCATED))
        self.assertFalse(channel.message_ids.attachment_ids)

        self._next_try()

        self.assertEqual(row.state, "done")
        self.assertEqual(row.attachment_id.raw, self.content)

    @mute_logger(LOGGER)
    def test_without_a_length_the_hash_of_the_webhook_tells(self):
        half = answer(200, content=self.content[:9])
        type(self).script = [self.descriptor(file_size=None, sha256=None), half]
        self.receive(self.media(sha256=self.sha256()))
        self.assertEqual(self.row().reason, media.TRUNCATED)

    @mute_logger(LOGGER)
    def test_a_length_in_the_header_tells_too(self):
        half = answer(200, content=self.content[:9])
        half.headers["Content-Length"] = str(len(self.content))
        type(self).script = [self.descriptor(file_size=None, sha256=None), half]
        self.receive(self.media())
        self.assertEqual(self.row().reason, media.TRUNCATED)

    @mute_logger(LOGGER)
    def test_waits_are_kept_and_after_the_last_a_line_says_it(self):
        now = fields.Datetime.now()
        failures = [requests.ConnectionError()] * MEDIA.attempts
        type(self).script = failures
        waits = []
        with patch.object(fields.Datetime, "now", lambda *args: now):
            channel = self.receive(self.media())
            for _wait in MEDIA.waits:
                waits.append((self.row().next_try - now).total_seconds())
                self._next_try()
        self.assertEqual(tuple(waits), MEDIA.waits)
        self.assertEqual(self.row().state, "failed")
        for record in (channel, channel.lead_id):
            self.assertEqual(len(self._lines(record)), 1)
        self.assertIn(f"/{self.row().id}", self._lines(channel)[0].body)

    @mute_logger(LOGGER)
    def test_a_lost_file_is_fetched_again_by_the_adviser(self):
        type(self).script = [error(100, 400)]
        channel = self.receive(self.media())
        row = self.row()
        self.assertEqual((row.state, row.reason), ("failed", media.GONE))
        self.assertEqual(len(self._lines(channel)), 1)
        stranger = (self.advisers.user_id - channel.lead_id.user_id)[:1]
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_fetch_again()

        row.with_user(channel.lead_id.user_id).action_fetch_again()
        self.process()

        self.assertEqual(row.state, "done")

    @mute_logger(LOGGER)
    def test_a_file_that_is_too_large_is_not_downloaded(self):
        self.env["ir.config_parameter"].set_param(
            "crm_whatsapp_gateway.media_max_bytes", "5"
        )
        self.receive(self.media())
        self.assertEqual(self.row().reason, media.TOO_LARGE)
        self.assertEqual([host for host, _token in self.calls], [GRAPH_HOST])

    @mute_logger(LOGGER)
    def test_the_token_goes_to_meta_only(self):
        type(self).script = [self.descriptor(url="https://files.example.com/x")]
        self.receive(self.media())
        self.assertEqual((self.row().state, self.row().reason), ("failed", "refused"))
        self.assertEqual(self.calls, [(GRAPH_HOST, "Bearer test-token")])

    @mute_logger(LOGGER)
    def test_a_redirect_is_not_followed(self):
        away = answer(302, {}, {"Location": "https://files.example.com/x"})
        type(self).script = [self.descriptor(), away]
        self.receive(self.media())
        self.assertEqual(self.row().reason, media.UNREACHABLE)
        self.assertEqual(len(self.calls), 2)

    def test_an_address_without_id_is_fetched(self):
        url = f"https://{FILE_HOST}/x"
        self.receive(self.media(id=None, url=url, sha256=self.sha256()))
        self.assertEqual(self.row().state, "done")
        self.assertEqual(self.calls, [(FILE_HOST, "Bearer test-token")])

    def test_a_document_keeps_its_name_and_a_voice_message_is_one(self):
        document = self.media("document", id="901", filename="../hoja de vida.pdf")
        voice = self.media(
            "audio", id="902", mime_type="audio/ogg; codecs=opus", voice=True
        )
        music = self.media("audio", id="903", mime_type="audio/mpeg")
        type(self).content = b"x"
        script = []
        for mimetype in ("application/pdf", "audio/ogg; codecs=opus", "audio/mpeg"):
            script += [self.descriptor(mime_type=mimetype), answer(200, content=b"x")]
        type(self).script = script

        self.receive(document, voice, music)

        files = self.row().sorted("id").attachment_id
        self.assertEqual(
            files.mapped("name"),
            ["hoja de vida.pdf", "audio-902.ogg", "audio-903.mp3"],
        )
        self.assertEqual(files.mapped("mimetype")[1], "audio/ogg")
        self.assertEqual([bool(one.voice_ids) for one in files], [False, True, False])

    def test_a_page_with_scripts_is_kept_as_text(self):
        type(self).content = b"<html><script>alert(1)</script></html>"
        type(self).script = [self.descriptor(mime_type="text/html")]
        self.receive(self.media("document", filename="x.html"))
        self.assertEqual(self.row().attachment_id.mimetype, "text/plain")

    def test_nothing_is_sent_back_to_the_customer(self):
        self.receive(self.media())
        self.assertFalse(
            self.env["whatsapp.message.queue"].search(
                [("gateway_id", "=", self.gateway.id)]
            )
        )

    def test_the_proxy_hook_is_asked(self):
        service = type(self.env["mail.gateway.whatsapp"])
        with patch.object(service, "_get_proxies", return_value={}) as hook:
            self.receive(self.media())
        hook.assert_called_once()

    def test_a_worker_that_died_gives_the_file_back(self):
        self.post(self._body(self.media()))
        rows = self.row()
        with patch.object(type(rows), "_fetch_next", return_value=False):
            self.process()
        found = self.env["whatsapp.media"]._claim()
        self.assertEqual(found[0], self.row().id)
        self.assertFalse(self.env["whatsapp.media"]._claim())
        lease = self.row().next_try - fields.Datetime.now()
        self.assertLessEqual(lease, timedelta(seconds=media.LEASE))

    def test_the_token_is_in_no_representation(self):
        wanted = media.Wanted("1", "", "", "", "22.0", "secret-token")
        self.assertNotIn("secret-token", repr(wanted))

    def test_a_director_reads_the_files(self):
        self.receive(self.media())
        director = new_test_user(self.env, "director_m", groups=DIRECTOR_GROUP)
        self.assertTrue(self.row().with_user(director).file_name)

import threading
from collections import Counter
from unittest.mock import patch

import requests

from odoo.tests import tagged

from ..tools.calls import CallPool
from .common import others_may_work
from .common_outbound import THIRD_CUSTOMER, OutboundCase

TOGETHER = 3
PATIENCE = 30


@tagged("post_install", "-at_install")
class TestQueueCalls(OutboundCase):
    """A11, RULINGS 45: several conversations are sent at the same time."""

    def setUp(self):
        super().setUp()
        self._set_calls_at_once(TOGETHER)
        self.channels = [
            self.conversation,
            self.other_conversation(),
            self.other_conversation(THIRD_CUSTOMER),
        ]
        self.running, self.most = Counter(), Counter()

    def slow(self, meanwhile):
        """Meta takes its time: ``meanwhile()`` is waited for in each call."""
        handle = self.graph.handle
        lock = threading.Lock()

        def handle_slowly(request, **options):
            person = self.graph._json(request)["to"]
            with lock:
                self.running[person] += 1
                self.most[person] = max(self.most[person], self.running[person])
            meanwhile()
            with lock:
                self.running[person] -= 1
                return handle(request, **options)

        self.graph.handle = handle_slowly

    def work(self):
        with others_may_work():
            return super().work()

    def test_conversations_are_sent_at_the_same_time(self):
        # Broken, hence an error, when the third call does not begin.
        meeting = threading.Barrier(TOGETHER)
        self.slow(lambda: meeting.wait(PATIENCE))
        rows = self.queue
        for channel in self.channels:
            rows += self.send("Hola", channel)
        self.work()
        self.assertEqual(rows.mapped("state"), ["success"] * 3)
        self.assertEqual(len(self.graph.calls), 3)

    def test_each_conversation_keeps_its_order(self):
        self.slow(lambda: None)
        rows = self.queue
        for text in ("1", "2", "3"):
            for channel in self.channels:
                rows += self.send(text, channel)
        self.work()
        self.assertEqual(rows.mapped("state"), ["success"] * 9)
        for channel in self.channels:
            sent = [
                call["json"]["text"]["body"]
                for call in self.graph.calls
                if call["json"]["to"] == channel.gateway_channel_token
            ]
            self.assertEqual(sent, ["1", "2", "3"])
        self.assertEqual(set(self.most.values()), {1})

    def test_each_thread_has_its_own_connection_and_all_are_closed(self):
        meeting = threading.Barrier(2)
        pool = CallPool(2)

        def call(session):
            meeting.wait(PATIENCE)
            return session

        sessions = [pool.submit(call) for _time in range(2)]
        self.assertIsNot(sessions[0].result(), sessions[1].result())
        with patch.object(requests.Session, "close", autospec=True) as close:
            pool.close()
        self.assertEqual(close.call_count, 2)

    def test_what_goes_wrong_in_a_call_is_kept_in_its_future(self):
        def call(_session):
            raise OSError("gone")

        for most in (1, 2):
            pool = CallPool(most)
            with self.assertRaises(OSError):
                pool.submit(call).result()
            pool.close()

    def test_a_call_that_hangs_holds_up_no_other_conversation(self):
        """Its answer comes when everybody else has been sent, and is recorded too."""
        self._set_calls_at_once(2)
        rest = threading.Event()
        handle, lock = self.graph.handle, threading.Lock()

        def handle_slowly(request, **options):
            text = self.graph._json(request)["text"]["body"]
            if text == "lento":
                self.assertTrue(rest.wait(PATIENCE))
            with lock:
                reply = handle(request, **options)
                if len(self.graph.calls) == 6:
                    rest.set()
            return reply

        self.graph.handle = handle_slowly
        rows = self.send("lento", self.channels[0])
        for _time in range(3):
            for channel in self.channels[1:]:
                rows += self.send("Hola", channel)
        self.work()
        self.assertEqual(rows.mapped("state"), ["success"] * 7)
        self.assertEqual(self.graph.texts[-1], "lento")

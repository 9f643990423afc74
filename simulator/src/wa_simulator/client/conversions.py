"""Calls of the control API: conversions of advertisements."""

from .request import Json, Request, call, rows


class ConversionCalls:
    """Events that a business has reported."""

    @call
    def conversions(self) -> Request[list[Json]]:
        """Events that were received, oldest first: ``event``, ``customer``…"""
        return Request("GET", "/conversions", rows())

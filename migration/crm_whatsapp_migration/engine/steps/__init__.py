"""The nouns of a run, in order. Each step finds what is left of its noun."""

from .attachments import Attachments
from .base import Batch, Step
from .chatter import Chatter
from .conversations import Conversations
from .gateways import Gateways
from .leads import Leads
from .messages import Messages
from .people import People
from .positions import Positions
from .strays import Strays
from .templates import Templates

STEPS: tuple[type[Step], ...] = (
    Gateways,
    Templates,
    People,
    Conversations,
    Strays,
    Messages,
    Attachments,
    Chatter,
    Leads,
    Positions,
)

__all__ = ["STEPS", "Batch", "Step"]

from . import discuss_channel
from . import mail_guest

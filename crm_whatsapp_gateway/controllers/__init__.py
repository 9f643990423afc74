from . import access_log
from . import after_answer
from . import webhook

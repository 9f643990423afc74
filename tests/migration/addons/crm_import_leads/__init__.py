from . import generation
from . import models
from . import wizards

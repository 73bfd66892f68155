"""`python -m nodecompat app.py` is `nodecompat run app.py`; every other use is that of the command."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())

"""`anatomy_nodecompat.py PROGRAM MODE [ARGUMENT…]`: a peer of this folder, anatomy unused, imported, or recording."""

import runpy
import sys
from pathlib import Path

program, mode, *rest = sys.argv[1:]
if mode != "off":
    from nodecompat import anatomy

    if mode == "recording":
        block = anatomy.record()
        block.__enter__()
sys.argv[1:] = rest
runpy.run_path(str(Path(__file__).parent / program), run_name="__main__")

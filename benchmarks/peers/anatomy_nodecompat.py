"""`anatomy_nodecompat.py PROGRAM MODE`: a peer of this folder, with anatomy unused, imported, or recording."""

import runpy
import sys
from pathlib import Path

program, mode = sys.argv[1:3]
if mode != "off":
    from nodecompat import anatomy

    if mode == "recording":
        block = anatomy.record()
        block.__enter__()
sys.argv[1:] = []
runpy.run_path(str(Path(__file__).parent / program), run_name="__main__")

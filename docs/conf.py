"""Sphinx's settings. The build opens no connection: no intersphinx, no fonts or scripts from elsewhere."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from nodecompat.version import __version__

project = "nodecompat"
release = version = __version__
extensions = ["myst_parser", "docs._ext"]
exclude_patterns = ["_build", "_extra"]
html_theme = "furo"
html_title = f"nodecompat {__version__}"
# A link to a heading works as on a code host, down to this level.
myst_heading_anchors = 4
nitpicky = True
html_static_path = ["_static"]
html_extra_path = ["_extra"]
html_css_files = ["columns.css"]

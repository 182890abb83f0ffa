"""How the documentation is built; nothing is fetched while building."""

import sys
from importlib.metadata import version as installed
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

project = "conventio"
author = "the conventio contributors"
release = version = installed("conventio")

extensions = ["myst_parser", "law_pages"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"conventio {release}"
html_copy_source = False
html_show_copyright = False

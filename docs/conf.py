"""How the documentation is built; nothing is fetched while building."""

from importlib.metadata import version as installed

project = "conventio"
author = "the conventio contributors"
release = version = installed("conventio")

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_build"]
nitpicky = True

html_theme = "furo"
html_title = f"conventio {release}"
html_copy_source = False
html_show_copyright = False

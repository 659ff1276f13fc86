"""Starts the emulator with its gaps mended: `python local/emulator`."""

import os
import sys

# Run as a folder, this file's own folder is on the path; the package lies one above it.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from emulator.server import main  # noqa: E402 (needs the path set above)

main()

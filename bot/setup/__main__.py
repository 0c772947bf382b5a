"""`python3.11 -m bot.setup`. Says which Python it needs before it imports anything that an older one cannot read."""

import sys

if sys.version_info[:2] != (3, 11):
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"Rapport needs Python 3.11; this is {found} ({sys.executable}).")

from bot.setup.command_line import main

if __name__ == "__main__":
    sys.exit(main())

"""python -m routing solve|check|explain: plan home visits without the application."""

from __future__ import annotations

import sys

from routing.commands import main

if __name__ == "__main__":
    sys.exit(main())

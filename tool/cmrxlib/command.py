"""command.py - run one command module without tool/cmrx:

    python3 -m cmrxlib.style ...
"""

import argparse
import sys

from .model import Refused


def alone(register):
    """Run the one command that `register` adds."""
    parser = argparse.ArgumentParser()
    register(parser.add_subparsers(required=True))
    names = [a for a in parser._subparsers._group_actions[0].choices]
    args = parser.parse_args(names[:1] + sys.argv[1:])
    try:
        return args.run(args) or 0
    except Refused as refused:
        print(f"cmrx: {refused}", file=sys.stderr)
        return 1

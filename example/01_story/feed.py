#!/usr/bin/env python3
"""feed.py - a sensor for the demo: writes frames to its standard output.

    feed.py [SECONDS]

Four channels that drift, one measurement every SECONDS (5), until nobody
listens any more.
"""

import math
import sys
import time

import frames

CHANNELS = 4


def millidegrees(channel, step):
    middle = 21000 + 4000 * channel
    return int(middle + 1500 * math.sin(step / 7 + channel))


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    step = 0
    try:
        while True:
            channel = step % CHANNELS
            sys.stdout.buffer.write(
                frames.measurement(channel, millidegrees(channel, step)))
            sys.stdout.buffer.flush()
            step += 1
            time.sleep(seconds)
    except (BrokenPipeError, KeyboardInterrupt):
        pass


if __name__ == "__main__":
    main()

"""frames.py - what the sensor sends: driver/frame_sensor/frame.h says how."""

import struct

START = 0xA5
MEASUREMENT, CALIBRATION = 1, 2


def checksum(data):
    """CRC-16/CCITT-FALSE."""
    crc = 0xFFFF
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = (crc << 1 ^ (0x1021 if crc & 0x8000 else 0)) & 0xFFFF
    return crc


def frame(kind, payload):
    body = bytes([len(payload), kind]) + payload
    return bytes([START]) + body + struct.pack("<H", checksum(body))


def measurement(channel, millidegrees):
    return frame(MEASUREMENT, struct.pack("<Ii", channel, millidegrees))


def calibration(index, value):
    return frame(CALIBRATION, struct.pack("<II", index & 0xFFFFFFFF,
                                          value & 0xFFFFFFFF))

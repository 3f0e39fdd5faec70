"""sha.py - sha256, without OpenSSL: to load that takes longer than all that is
hashed here."""

try:
    from _sha256 import sha256
except ImportError:  # Python 3.12 has it elsewhere
    from hashlib import sha256

__all__ = ["sha256"]

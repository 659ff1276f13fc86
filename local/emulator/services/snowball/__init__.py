"""Snowball Edge: import jobs that travel through AWS's states, with a folder as the device and real copies into S3."""

from emulator.services.snowball import addresses, credentials, jobs  # noqa: F401 (importing embeds)

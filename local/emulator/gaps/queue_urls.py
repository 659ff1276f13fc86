"""A queue keeps its URL when the emulator starts again on another port; what reads the queue must look there."""

from ministack.services import sqs

from emulator.hooks import needs, replaces

known = needs(sqs, "_queue_name_to_url")


@replaces(sqs, "_queue_url", "name")
def queue_url(original, name):
    return known.get(name) or original(name)

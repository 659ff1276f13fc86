"""A message in flight at a stop is readable again at the start: whoever had received it ended with the emulator.

SQS never stops, and hides a message for as long as its reader has asked for; here that would be minutes of waiting for
nobody.
"""

import time

from ministack.services import sqs

from emulator.hooks import needs, needs_text, replaces

needs(sqs, "_queues")
needs_text(sqs, "_collect_msgs", 'm["visible_at"] = now + vis_timeout', 'm["receive_count"] += 1')


@replaces(sqs, "_restore_state", "data")
def restore(original, data):
    original(data)
    now = time.time()
    for queue in sqs._queues.all_values():
        for message in queue["messages"]:
            if message.get("receive_count", 0) > 0:
                message["visible_at"] = min(message["visible_at"], now)

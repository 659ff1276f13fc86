"""Event source mappings of queues honour MaximumBatchingWindowInSeconds and batches of more than ten messages."""

import time

from ministack.services import lambda_svc, sqs

from emulator import hold
from emulator.hooks import needs, replaces

needs(lambda_svc, "_esms")
needs(sqs, "_queues_lock")
get_queue = needs(sqs, "_get_q")
collect = needs(sqs, "_collect_msgs", "q max_n vis_timeout")
expire = needs(sqs, "_expire_retained", "q")
sweep = needs(sqs, "_dlq_sweep", "q")


def window_of(queue_url: str) -> float:
    """Seconds that a mapping of this queue gathers messages; 0 when none does."""
    name = queue_url.rsplit("/", 1)[-1]
    mappings = [m for m in lambda_svc._esms.values() if str(m.get("EventSourceArn", "")).rsplit(":", 1)[-1] == name]
    return max((float(m.get("MaximumBatchingWindowInSeconds") or 0) for m in mappings), default=0.0)


@replaces(sqs, "_receive_messages_for_esm", "queue_url max_number")
def receive(_original, queue_url, max_number):
    if hold.active():
        return []
    size, window = int(max_number or 1), window_of(queue_url)
    with sqs._queues_lock:
        queue = get_queue(queue_url)
        expire(queue)
        sweep(queue)
        now = time.time()
        waiting = [m for m in queue["messages"] if (m.get("visible_at") or 0) <= now]
        if waiting and window and len(waiting) < size:
            oldest = min(max(m["sent_at"], m.get("visible_at") or 0) for m in waiting)
            if now - oldest < window:
                return []
        return collect(queue, size, int(queue["attributes"].get("VisibilityTimeout", "30")))

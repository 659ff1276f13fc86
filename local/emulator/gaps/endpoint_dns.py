"""An interface endpoint has DNS names, which templates hand to agents: `<hosted zone>:<name>`, the regional one first."""

import hashlib

from ministack.core.responses import get_region
from ministack.services.cloudformation import provisioners

from emulator.hooks import replaces

ZONE = "Z0DECANTLOCAL"


@replaces(provisioners, "_ec2_vpc_endpoint_attributes", "endpoint")
def attributes(original, endpoint):
    found = original(endpoint)
    if endpoint.get("VpcEndpointType") == "Interface" and not found["DnsEntries"]:
        service = endpoint["ServiceName"].split(".", 3)[-1]  # com.amazonaws.<Region>.ecr.api
        id = endpoint["VpcEndpointId"]
        mark = hashlib.sha256(id.encode()).hexdigest()[:8]
        found["DnsEntries"] = [f"{ZONE}:{id}-{mark}.{service}.{get_region()}.vpce.amazonaws.com"]
    return found

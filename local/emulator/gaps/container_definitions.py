"""Container definitions keep their nested members: secrets, dependsOn, linuxParameters and the like.

The emulator renames only some members on the way from CloudFormation to ECS; secrets would arrive without a name.
"""

from ministack.services import stepfunctions
from ministack.services.cloudformation import provisioners

from emulator.hooks import needs, replaces

camel = needs(stepfunctions, "_pascal_to_camel", "d")
NESTED = ("secrets", "dependsOn", "ulimits", "healthCheck", "linuxParameters")


@replaces(provisioners, "_normalize_container_defs", "cdefs")
def normalize(original, cdefs):
    return [{**d, **{k: camel(d[k]) for k in NESTED if k in d}} for d in original(cdefs)]

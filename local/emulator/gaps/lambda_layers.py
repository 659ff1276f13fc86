"""A layer with programs for another processor is left out; packages of the project stand in, by NODE_PATH.

AWS runs a function on the architecture that its template names. Here it runs on this machine's, which cannot load those.
"""

import platform

from ministack.core.arn import parse_arn
from ministack.services import lambda_svc

from emulator.hooks import needs, replaces

HERE = {"aarch64": "arm64", "arm64": "arm64", "x86_64": "x86_64", "amd64": "x86_64"}.get(platform.machine().lower())
name_and_number = needs(lambda_svc, "_lambda_layer_version_name_and_number_from_arn_spec", "spec")
find_version = needs(
    lambda_svc, "_find_layer_version", "layer_name version account_id region include_deleted"
)


def _is_foreign(layer_arn: str) -> bool:
    spec = parse_arn(layer_arn)
    found = name_and_number(spec)
    version, _ = find_version(*found, spec.account_id, spec.region, include_deleted=True) if found else (None, None)
    architectures = (version or {}).get("CompatibleArchitectures") or []
    return bool(architectures) and HERE not in architectures


@replaces(lambda_svc, "_resolve_layer_zip", "attachment")
def resolve(original, attachment):
    arn = attachment if isinstance(attachment, str) else attachment.get("Arn", "")
    return None if arn and _is_foreign(arn) else original(attachment)

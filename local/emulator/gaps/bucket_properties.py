"""Buckets made by CloudFormation keep their tags, encryption and lifecycle.

CDK's autoDeleteObjects deletes only what carries its tag: without tags a destroy ends in DELETE_FAILED.
"""

from xml.sax.saxutils import escape

from ministack.services import s3
from ministack.services.cloudformation import provisioners

from emulator.hooks import needs, replaces

XMLNS = "http://s3.amazonaws.com/doc/2006-03-01/"
needs(s3, "_bucket_tags")
put_encryption = needs(s3, "_put_bucket_encryption")


def encryption_xml(props: dict) -> str | None:
    """The first encryption rule as S3's API wants it; None when there is none that the emulator can hold."""
    rules = (props.get("BucketEncryption") or {}).get("ServerSideEncryptionConfiguration") or []
    if not rules:
        return None
    default = rules[0].get("ServerSideEncryptionByDefault") or {}
    algorithm, key = default.get("SSEAlgorithm", "AES256"), default.get("KMSMasterKeyID")
    # KMS without a key means the account's own key, which the emulator lacks: it would refuse every put.
    if algorithm.startswith("aws:kms") and not key:
        return None
    key_xml = f"<KMSMasterKeyID>{escape(str(key))}</KMSMasterKeyID>" if key else ""
    return (
        f'<ServerSideEncryptionConfiguration xmlns="{XMLNS}"><Rule><ApplyServerSideEncryptionByDefault>'
        f"<SSEAlgorithm>{escape(algorithm)}</SSEAlgorithm>{key_xml}</ApplyServerSideEncryptionByDefault>"
        "</Rule></ServerSideEncryptionConfiguration>"
    )


@replaces(provisioners, "_s3_apply_configurations", "name props old_props")
def apply_configurations(original, name, props, old_props=None):
    original(name, props, old_props)
    if props.get("Tags") or (old_props or {}).get("Tags"):
        s3._bucket_tags[name] = {t["Key"]: t["Value"] for t in props.get("Tags") or []}
    xml = encryption_xml(props)
    if xml:
        put_encryption(name, xml.encode())

"""MACsec keys of ports and lags."""

import re
import time
from typing import Any

from ministack.core.responses import get_account_id, get_region

from emulator.services.direct_connect.base import groups, id_of, new_id, now, ports, refused, service
from emulator.services.direct_connect.connections import keys_of

MOST_KEYS = 3
"""A keychain holds so many pairs, for rotation (Direct Connect user guide, MACsec)."""


def _holder(id: str) -> tuple[Any, dict[str, Any]]:
    for table in (ports, groups):
        found = table.get(id_of(id))
        if found:
            return table, found
    raise refused(f"Connection with ID {id} cannot be found.")


def _set(table: Any, record: dict[str, Any], keys: list[dict[str, Any]]) -> dict[str, Any]:
    # Without a key a port that must encrypt would pass nothing; AWS takes the mode back.
    mode = "should_encrypt" if not keys and record["mode"] == "must_encrypt" else record["mode"]
    for_links = [(ports, p) for p in ports.all() if table is groups and p.get("lag") == record["id"]]
    for holder, each in [(table, record), *for_links]:
        holder.change(each["id"], lambda r: r.update(keys=keys, mode=mode))
    return {"connectionId": record["id"], "macSecKeys": keys_of({"keys": keys})}


@service.operation("AssociateMacSecKey")
def associate(request: dict[str, Any]) -> dict[str, Any]:
    table, record = _holder(request["connectionId"])
    secret, ckn, cak = (request.get(k) for k in ("secretARN", "ckn", "cak"))
    if record["mode"] is None:
        raise refused(f"{record['id']} was not ordered with MACsec.")
    if record.get("lag"):
        raise refused(f"{record['id']} belongs to {record['lag']}, whose keys it has.")
    if (secret is None) == (ckn is None) or (ckn is None) != (cak is None):
        raise refused("Give either secretARN, or ckn and cak.")
    if secret is not None:
        known = [k for t in (ports, groups) for r in t.all() for k in r["keys"] if k["secret"] == secret]
        if not known:
            raise refused(f"{secret} is not a MACsec secret.")
        ckn = known[0]["ckn"]
    elif not (re.fullmatch(r"[0-9a-fA-F]{64}", ckn) and re.fullmatch(r"[0-9a-fA-F]{64}", cak)):
        raise refused("CKN and CAK must be 64 hexadecimal characters.")
    if any(k["ckn"].lower() == ckn.lower() for k in record["keys"]):
        raise refused("The CKN is associated already.")
    if len(record["keys"]) >= MOST_KEYS:
        raise refused(f"{record['id']} has {MOST_KEYS} keys; disassociate one first.")
    made = f"arn:aws:secretsmanager:{get_region()}:{get_account_id()}:secret:directconnect!{new_id('macsec', 12)}"
    day = time.strftime("%Y-%m-%d", time.gmtime())
    key = {"secret": secret or made, "ckn": ckn, "since": now(), "startOn": day}
    return _set(table, record, [*record["keys"], key])


@service.operation("DisassociateMacSecKey")
def disassociate(request: dict[str, Any]) -> dict[str, Any]:
    table, record = _holder(request["connectionId"])
    left = [k for k in record["keys"] if k["secret"] != request["secretARN"]]
    if len(left) == len(record["keys"]):
        raise refused(f"{request['secretARN']} is not associated with {record['id']}.")
    return _set(table, record, left)

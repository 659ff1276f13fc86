"""The completion report: a page of PDF, as AWS gives one."""

from datetime import datetime, timezone
from typing import Any


def pdf(job: dict[str, Any], succeeded: int, failed: int, moved: int) -> bytes:
    created = datetime.fromtimestamp(job["CreationDate"], timezone.utc).isoformat(timespec="seconds")
    lines = (
        "Snowball job completion report (local AWS)",
        f"Job: {job['JobId']}",
        f"Description: {job.get('Description', '')}",
        f"Type: {job['JobType']}   Device: {job['SnowballType']}   Created: {created}",
        f"Status: {'Completed with errors' if failed else 'Completed'}",
        f"Objects transferred: {succeeded}   Objects failed: {failed}   Bytes transferred: {moved}",
    )
    return _page(lines)


def _page(lines: tuple[str, ...]) -> bytes:
    escaped = (line.translate({40: r"\(", 41: r"\)", 92: r"\\"}) for line in lines)
    text = "BT /F1 11 Tf 56 780 Td 16 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    stream = text.encode("latin-1", "replace")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R /Resources << /Font << /F1 4 0 R >> >> >>",
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    )
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
        len(objects) + 1,
        len(out),
    )

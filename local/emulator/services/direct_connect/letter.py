"""The letter of authorization (LOA-CFA) as a PDF of one page."""

import time
from typing import Any


def pdf(port: dict[str, Any], issued: float) -> bytes:
    """A small but valid PDF 1.4; the same port and moment give the same bytes."""
    day = time.strftime("%Y-%m-%d", time.gmtime(issued))
    lines = [
        "Letter of Authorization and Connecting Facility Assignment",
        "Issued by the embedded Direct Connect. No facility honours it.",
        f"Date: {day}",
        f"Connection: {port['id']} ({port['name']})",
        f"Facility: {port['location']}   Port speed: {port['bandwidth']}",
        f"Device: {port['device']}",
        f"Cross-connect by: {port.get('provider') or 'the customer'}",
    ]
    escaped = [line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)") for line in lines]
    text = "BT /F1 11 Tf 56 780 Td 16 TL " + " ".join(f"({line}) Tj T*" for line in escaped) + " ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(text.encode('latin-1', 'replace'))} >>\nstream\n{text}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("latin-1", "replace")
    start = len(out)
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    trailer = f"trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"
    return out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{trailer}".encode()

"""Makes documents for the tests: a PDF by hand, Word and Excel files by their libraries, pages of office talk."""

from __future__ import annotations

import io
import zipfile


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF with one text line per entry, in Helvetica; an empty page holds no text."""
    bodies: list[bytes] = []
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(pages)))
    bodies.append(b"<< /Type /Catalog /Pages 2 0 R >>")
    bodies.append(f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode())
    bodies.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for number, lines in enumerate(pages):
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents {5 + 2 * number} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        shown = " ".join(f"({line.replace('(', chr(92) + '(').replace(')', chr(92) + ')')}) Tj T*" for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 40 750 Td {shown} ET".encode("latin-1") if lines else b""
        bodies.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(bodies, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (len(bodies) + 1, start))
    return out.getvalue()


HANDBOOK = (
    "Staff who travel by train keep their receipts and hand them in by the fifth working day of the month. "
    "The canteen is open from eleven to two; guests are announced at the front desk a day ahead. "
    "In 2025 the company spent $41,000 on new chairs and 1,200 parking permits were printed. "
    "Fire drills take place on 4 May 2027 and 9 November 2027, and every floor names two wardens. "
    "Passwords have twelve characters, and nobody writes them on paper. "
)


def handbook_page(number: int) -> list[str]:
    """A page of an office handbook, with sums and dates that have nothing to do with a brief."""
    return [f"Section {number}", "", *(HANDBOOK * 3).strip().split(". ")]


def docx(paragraphs: list[str], table: list[list[str]] | None = None) -> bytes:
    """A Word document; lines that begin with "# " become headings."""
    import docx as word

    document = word.Document()
    for text in paragraphs:
        if text.startswith("# "):
            document.add_heading(text[2:], 1)
        else:
            document.add_paragraph(text)
    if table:
        grid = document.add_table(rows=0, cols=len(table[0]))
        for row in table:
            for cell, text in zip(grid.add_row().cells, row, strict=True):
                cell.text = text
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def xlsx(sheets: dict[str, list[list[object]]]) -> bytes:
    """An Excel workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    """A zip archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return out.getvalue()

"""The plan as a Word document: real styles, contents that work, footnoted sources, charts, wide tables on their side."""

from agent.export.docx.writer import to_docx

__all__ = ["to_docx"]

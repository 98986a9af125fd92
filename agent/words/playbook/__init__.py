"""The deterministic writer: every part of the plan from the brief, the frame and the knowledge base; one module a part."""

"""What the page shows, as HTML: pure functions of plan, brief, progress and language."""

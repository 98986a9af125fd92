"""One module per chapter: from a plan's part to the blocks that a reader sees."""

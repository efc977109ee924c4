"""Pure parts: text, documents, syntax, replies and checks. No I/O, no LSP, no model."""

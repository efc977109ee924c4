"""Text, spans and edits in code points, and places that follow the edits around them."""

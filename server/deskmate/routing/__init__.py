"""What makes a request hard: facts, the evidence that signals find in them, and the route that
follows. No model is asked.
"""

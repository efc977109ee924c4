"""One function for each kind of result: a request and an engine in, a proposal out."""

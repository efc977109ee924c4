[(bareword) (function) (method) (package)] @use

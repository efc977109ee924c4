(function_definition
  name: (identifier) @function.name
  body: (block . (expression_statement (string) @function.doc)?) @function.body) @function.around

(decorated_definition
  definition: (function_definition
    name: (identifier) @function.name
    body: (block . (expression_statement (string) @function.doc)?) @function.body)) @function.around

(class_definition
  name: (identifier) @class.name
  body: (block . (expression_statement (string) @class.doc)?) @class.body) @class.around

(decorated_definition
  definition: (class_definition
    name: (identifier) @class.name
    body: (block . (expression_statement (string) @class.doc)?) @class.body)) @class.around

(expression_statement
  (assignment
    left: (identifier) @function.name
    right: (lambda body: (_) @function.body))) @function.around

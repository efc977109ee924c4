(binding attrpath: (_) @function.name expression: (function_expression) @function.value) @function.around

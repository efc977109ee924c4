(function_statement (function_name) @function.name (script_block) @function.body) @function.around
(function_statement (function_name) @function.name . "{" . "}" @function.body) @function.around
(class_method_definition (simple_name) @function.name (script_block) @function.body) @function.around
(class_statement . (simple_name) @class.name "{" . (_)? @class.first) @class.around
(enum_statement (simple_name) @class.name "{" . (_)? @class.first) @class.around

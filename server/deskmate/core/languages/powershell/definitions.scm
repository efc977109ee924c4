(assignment_expression (left_assignment_expression) @variable.name) @variable.around
(class_property_definition (type_literal)? @field.type (variable) @field.name) @field.around
(enum_member (simple_name) @field.name) @field.around

(class_statement . (simple_name) . ":" . (simple_name) @base)

(function_statement (function_name) @function.name (script_block (param_block) @function.parameters))

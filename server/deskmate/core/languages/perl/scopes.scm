(subroutine_declaration_statement name: (_) @function.name body: (_) @function.body) @function.around
(method_declaration_statement name: (_) @function.name body: (_) @function.body) @function.around

(package_statement name: (_) @class.name (block) @class.body) @class.around
(class_statement name: (_) @class.name (block) @class.body) @class.around

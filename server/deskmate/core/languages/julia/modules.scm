(using_statement (identifier) @module) @import @everything
(import_statement (identifier) @module) @import
(using_statement (selected_import . (_) @module (identifier) @name)) @import
(import_statement (selected_import . (_) @module (identifier) @name)) @import
((call_expression
  (identifier) @_include
  (argument_list (string_literal (content) @module @relative))) @import @everything @export
  (#eq? @_include "include"))

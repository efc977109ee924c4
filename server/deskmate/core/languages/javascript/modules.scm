(import_statement source: (string) @module) @import
(import_statement
  (import_clause (identifier) @alias)
  source: (string) @module) @import
(import_statement
  (import_clause (namespace_import (identifier) @alias))
  source: (string) @module) @import
(import_statement
  (import_clause (named_imports (import_specifier name: (_) @name alias: (_)? @alias)))
  source: (string) @module) @import

(export_statement "*" @everything @export source: (string) @module) @import
(export_statement (namespace_export (_) @alias) @export source: (string) @module) @import
(export_statement
  (export_clause (export_specifier name: (_) @name alias: (_)? @alias)) @export
  source: (string) @module) @import

(variable_declarator
  name: (identifier) @alias
  value: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#eq? @_call "require")) @import
(variable_declarator
  name: (object_pattern
    [
      (shorthand_property_identifier_pattern) @name
      (pair_pattern key: (_) @name value: (identifier) @alias)
    ])
  value: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#eq? @_call "require")) @import
(variable_declarator
  name: (identifier) @alias
  value: (await_expression (call_expression function: (import) arguments: (arguments . (string) @module .)))) @import
(variable_declarator
  name: (object_pattern
    [
      (shorthand_property_identifier_pattern) @name
      (pair_pattern key: (_) @name value: (identifier) @alias)
    ])
  value: (await_expression (call_expression function: (import) arguments: (arguments . (string) @module .)))) @import

; module.exports = require("./x"), exports.a = require("./a"), module.exports = { a: require("./a") }
(assignment_expression
  left: (member_expression object: (identifier) @_module property: (property_identifier) @_exports)
  right: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#eq? @_module "module") (#eq? @_exports "exports") (#eq? @_call "require")) @import @everything @export
(assignment_expression
  left: (member_expression object: (_) @_exports property: (property_identifier) @alias)
  right: (call_expression
    function: (identifier) @_call
    arguments: (arguments . (string) @module .))
  (#any-of? @_exports "exports" "module.exports") (#eq? @_call "require")) @import @export
(assignment_expression
  left: (member_expression) @_exports
  right: (object
    (pair
      key: (property_identifier) @alias
      value: (call_expression
        function: (identifier) @_call
        arguments: (arguments . (string) @module .))) @import @export)
  (#eq? @_exports "module.exports") (#eq? @_call "require"))

; What is imported by one statement and exported by another.
(export_statement (export_clause (export_specifier name: (identifier) @passed)) !source)
(export_statement "default" value: (identifier) @passed)
(assignment_expression
  left: (member_expression) @_exports
  right: [
    (identifier) @passed
    (object [(shorthand_property_identifier) @passed (pair value: (identifier) @passed)])
  ]
  (#eq? @_exports "module.exports"))
(assignment_expression
  left: (member_expression object: (_) @_exports)
  right: (identifier) @passed
  (#any-of? @_exports "exports" "module.exports"))

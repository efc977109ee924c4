(package_statement name: (package) @package)

(use_statement module: (package) @module) @import @everything
(require_expression (bareword) @module) @import @everything
(use_statement
  module: (package) @_base
  [
    (string_literal content: (_) @module)
    (quoted_word_list content: (_) @module)
    (list_expression [(string_literal content: (_) @module) (interpolated_string_literal content: (_) @module)])
  ]
  (#any-of? @_base "parent" "base")) @import @everything

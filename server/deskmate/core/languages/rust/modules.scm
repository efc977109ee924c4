(mod_item name: (_) @module @relative !body) @import

(use_declaration argument: (scoped_identifier path: (_) @module name: (_) @name)) @import
(use_declaration argument: (use_wildcard (_) @module) @everything) @import
(use_declaration
  argument: (use_as_clause path: (scoped_identifier path: (_) @module name: (_) @name) alias: (_) @alias))
@import

(use_declaration
  argument: (scoped_use_list path: (_) @module list: (use_list [(identifier) @name (self) @itself]))) @import
(use_declaration
  argument: (scoped_use_list
    path: (_) @module
    list: (use_list (use_as_clause path: (identifier) @name alias: (_) @alias)))) @import

; `a::{b::{c, d}, e::f, g::*}`, however deep.
(scoped_use_list
  path: (_) @prefix
  list: (use_list
    [
      (scoped_use_list path: (_) @module list: (use_list [(identifier) @name (self) @itself]))
      (scoped_use_list
        path: (_) @module
        list: (use_list (use_as_clause path: (identifier) @name alias: (_) @alias)))
      (scoped_identifier path: (_) @module name: (_) @name)
      (use_as_clause
        path: (scoped_identifier path: (_) @module name: (_) @name)
        alias: (_) @alias)
      (use_wildcard (_) @module) @everything
    ])) @import @export

; What others can take from here: those below it do, also without `pub`.
(use_declaration) @export

(unary_operator
  "@"
  (call
    target: (identifier) @variable.name
    (arguments . [(integer) (float) (string) (list) (map) (tuple) (atom) (alias) (boolean) (sigil) (call) (dot) (unary_operator)]))
  (#not-match? @variable.name "doc$|^(spec|typep?|opaque|impl|behaviour|(macro)?callback|derive|dialyzer|deprecated|(module|describe)?tag)$")) @variable.around
(unary_operator
  "@"
  (call
    target: (identifier) @_kind
    (arguments . (binary_operator left: [(identifier) @type.name (call target: (identifier) @type.name)])))
  (#any-of? @_kind "type" "typep" "opaque")) @type.around
(unary_operator
  "@"
  (call
    target: (identifier) @_kind
    (arguments . (binary_operator left: (call target: (identifier) @variable.name))))
  (#any-of? @_kind "callback" "macrocallback")) @variable.around

(call
  target: (identifier) @_kind
  (arguments [
    (list (atom) @variable.name @variable.around)
    (list (keywords (pair key: (_) @variable.name) @variable.around))
    (keywords (pair key: (_) @variable.name) @variable.around)
  ])
  (#any-of? @_kind "defstruct" "defexception"))

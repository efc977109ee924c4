((call_expression (identifier) @_call) @stub (#eq? @_call "TODO"))
((throw_expression) @stub (#match? @stub "(?i)not.?(yet.?)?implemented|unimplemented|todo"))
(block (call_expression (identifier) @_call) (#eq? @_call "TODO")) @stub

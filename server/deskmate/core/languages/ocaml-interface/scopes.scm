; inherits: ocaml

(value_specification (value_name) @function.name) @function.around

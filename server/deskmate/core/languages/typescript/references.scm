; inherits: javascript

(type_identifier) @type

(identifier) @use

; Also as it stands in quotes, and with what stands in its brackets.
(type) @type

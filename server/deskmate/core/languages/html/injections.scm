((script_element (start_tag) @_tag (raw_text) @injection.content)
  (#not-match? @_tag "(?i)\\s(type|lang)\\s*=")
  (#set! injection.language "javascript"))

((script_element (start_tag) @_tag (raw_text) @injection.content)
  (#match? @_tag "(?i)\\stype\\s*=\\s*[\"']?(module|(text|application)/(javascript|ecmascript))\\b")
  (#not-match? @_tag "(?i)\\slang\\s*=")
  (#set! injection.language "javascript"))

((script_element (start_tag) @_tag (raw_text) @injection.content)
  (#match? @_tag "(?i)\\stype\\s*=\\s*[\"']?(application/([a-z.]+\\+)?json|importmap|speculationrules)\\b")
  (#set! injection.language "json"))

((script_element (start_tag) @_tag (raw_text) @injection.content)
  (#match? @_tag "(?i)\\slang\\s*=\\s*[\"']?(ts|typescript)\\b")
  (#set! injection.language "typescript"))

((style_element (start_tag) @_tag (raw_text) @injection.content)
  (#not-match? @_tag "(?i)\\slang\\s*=\\s*[\"']?(scss|sass|less|stylus|postcss)")
  (#set! injection.language "css"))

(mod_item
  name: (identifier) @name (#eq? @name "tests")
  body: (declaration_list) @tests)

(paragraph) @paragraph

[
  (minus_metadata)
  (plus_metadata)
] @front-matter

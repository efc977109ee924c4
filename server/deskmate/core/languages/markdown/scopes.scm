(section
  . [
    (atx_heading heading_content: (_) @section.name)
    (setext_heading heading_content: (_) @section.name)
  ]) @section.around

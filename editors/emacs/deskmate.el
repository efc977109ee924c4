(with-eval-after-load 'eglot
  (add-to-list 'eglot-server-programs
               '((markdown-mode rst-mode latex-mode python-mode python-ts-mode)
                 . ("/path/to/deskmate" "serve"))))

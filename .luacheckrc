std = "luajit"
globals = { "vim" } -- Neovim's own table is written to, as in `vim.o.tagfunc`
max_line_length = 100

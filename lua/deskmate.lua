-- Plugin managers put the root of this repository on the runtimepath; the plugin is below it.

local file = vim.fn.fnamemodify(debug.getinfo(1, "S").source:sub(2), ":p")
local folder = vim.fs.joinpath(vim.fs.dirname(vim.fs.dirname(file)), "editors", "neovim")
vim.opt.runtimepath:append(folder)

return dofile(vim.fs.joinpath(folder, "lua", "deskmate", "init.lua"))

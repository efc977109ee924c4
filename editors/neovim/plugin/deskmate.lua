-- The command is there at once; what it does is loaded when it is first used.

if vim.g.loaded_deskmate or vim.fn.has("nvim-0.11") == 0 then
  return -- `setup` says why an older Neovim has no command
end
vim.g.loaded_deskmate = true

vim.api.nvim_create_user_command("Deskmate", function(given)
  require("deskmate.command").run(given)
end, {
  nargs = "*",
  range = true,
  bang = true,
  desc = "Run an action of Deskmate; without one, choose from the menu",
  complete = function(lead, line)
    return require("deskmate.command").complete(lead, line)
  end,
})

---@brief
---
--- https://github.com/deskmate/deskmate
---
--- `deskmate`, a language server that gives code actions, hover explanations and docstrings by
--- a coding model on your own machine. It runs beside the servers of a language, in any file.
---
--- `pipx install deskmate` installs it, `deskmate models install` a model that fits the machine.
---
--- Without Deskmate's own plugin for Nvim, an explanation opens as a file when it is finished, and
--- `gra` lists the actions:
--- ```lua
--- vim.lsp.config('deskmate', {
---   settings = { deskmate = { docstrings = { on_save = 'changed' } } },
--- })
--- ```

---@type vim.lsp.Config
return {
  cmd = { 'deskmate', 'serve' },
  root_markers = { '.deskmate', '.git' },
  on_attach = function(client, bufnr)
    vim.api.nvim_buf_create_user_command(bufnr, 'LspDeskmateCancel', function()
      client:exec_cmd({ title = 'Cancel', command = 'deskmate.cancel' }, { bufnr = bufnr })
    end, { desc = 'End what Deskmate runs' })
    vim.api.nvim_buf_create_user_command(bufnr, 'LspDeskmateModel', function()
      client:exec_cmd({ title = 'Model', command = 'deskmate.model' }, { bufnr = bufnr })
    end, { desc = 'What model is loaded, and another one' })
  end,
}

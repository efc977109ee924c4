-- Which buffer a URI is of. Buffers without a name share one, for which Neovim makes a new buffer.

local M = {}

M.UNNAMED = "file://"

---@param uri string
---@return integer
function M.of(uri)
  if uri ~= M.UNNAMED then
    return vim.uri_to_bufnr(uri)
  end
  local found = M.unnamed()
  local current = vim.api.nvim_get_current_buf()
  return not vim.list_contains(found, current) and found[1] or current
end

--- Those without a name that a server is told of.
---@return integer[]
function M.unnamed()
  return vim.tbl_filter(function(buffer)
    return vim.api.nvim_buf_is_loaded(buffer)
      and vim.api.nvim_buf_get_name(buffer) == ""
      and #vim.lsp.get_clients({ name = "deskmate", bufnr = buffer }) > 0
  end, vim.api.nvim_list_bufs())
end

return M

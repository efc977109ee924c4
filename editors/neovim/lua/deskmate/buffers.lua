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

--- Those without a name that the server is told of.
---@return integer[]
function M.unnamed()
  local client = require("deskmate").client()
  return vim.tbl_filter(function(buffer)
    return vim.api.nvim_buf_is_loaded(buffer) and vim.api.nvim_buf_get_name(buffer) == ""
  end, client and vim.tbl_keys(client.attached_buffers) or {})
end

return M

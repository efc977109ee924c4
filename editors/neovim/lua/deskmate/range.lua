-- Places in the current buffer as LSP ranges, in the columns that the server counts.

local M = {}

---@param client vim.lsp.Client
---@return lsp.Range
function M.at_cursor(client)
  local row, column = unpack(vim.api.nvim_win_get_cursor(0))
  local here = M.position(client, row, column)
  return { start = here, ["end"] = here }
end

--- Whole lines, counted from 1.
---@param client vim.lsp.Client
---@return lsp.Range
function M.of_lines(client, first, last)
  return { start = M.position(client, first, 0), ["end"] = M.position(client, last, vim.v.maxcol) }
end

--- What was selected last: its characters, or its lines where it was no selection of characters.
---@param client vim.lsp.Client
---@return lsp.Range
function M.of_selection(client)
  local kind = vim.fn.visualmode() == "v" and "char" or "line"
  return M.between(client, kind, vim.fn.getpos("'<"), vim.fn.getpos("'>"))
end

--- What a motion of an operator went over; one over a single character is the cursor.
---@param client vim.lsp.Client
---@param kind "char"|"line"|"block"
---@return lsp.Range
function M.of_motion(client, kind)
  local first, last = vim.fn.getpos("'["), vim.fn.getpos("']")
  if kind == "char" and vim.deep_equal(first, last) then
    local here = M.position(client, first[2], first[3] - 1)
    return { start = here, ["end"] = here }
  end
  return M.between(client, kind, first, last)
end

---@param first integer[] as of `getpos`; the character at `last` belongs to it
---@return lsp.Range
function M.between(client, kind, first, last)
  if kind ~= "char" then
    return M.of_lines(client, first[2], last[2])
  end
  local line = vim.fn.getline(last[2])
  local character = vim.fn.matchstr(line:sub(last[3]), ".")
  local exclusive = vim.o.selection == "exclusive" and 0 or #character
  return {
    start = M.position(client, first[2], first[3] - 1),
    ["end"] = M.position(client, last[2], math.min(last[3] - 1 + exclusive, #line)),
  }
end

---@param client vim.lsp.Client
---@param row integer from 1
---@param column integer in bytes; more than there are is the end of the line
---@param buffer? integer
---@return lsp.Position
function M.position(client, row, column, buffer)
  local line = vim.api.nvim_buf_get_lines(buffer or 0, row - 1, row, false)[1] or ""
  local index = math.min(column, #line)
  local character = vim.str_utfindex(line, client.offset_encoding, index, false)
  return { line = row - 1, character = character }
end

return M

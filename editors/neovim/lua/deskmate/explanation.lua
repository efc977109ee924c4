-- An explanation, written into a window while the model writes it.

local window = require("deskmate.window")

local M = {}

---@type {id: integer, title: string, buffer: integer}?
local last

--- Takes one `deskmate/stream`.
---@param piece {id: integer, title: string, text: string, done: boolean}
function M.add(piece)
  if piece.text == "" then
    return
  end
  if not (last and last.id == piece.id and vim.api.nvim_buf_is_valid(last.buffer)) then
    M.begin(piece)
  end
  local row = vim.api.nvim_buf_line_count(last.buffer) - 1
  local lines = vim.split(piece.text, "\r?\n")
  vim.bo[last.buffer].modifiable = true
  vim.api.nvim_buf_set_text(last.buffer, row, M.width(row), row, M.width(row), lines)
  vim.bo[last.buffer].modifiable = false
end

--- Shows the last explanation again.
function M.open()
  if last and vim.api.nvim_buf_is_valid(last.buffer) then
    M.show(last.title)
  else
    require("deskmate.message").warn("Nothing has been explained yet.")
  end
end

function M.begin(piece)
  local before = last and last.buffer
  local close = function()
    vim.api.nvim_win_close(0, true)
  end
  local buffer = window.buffer("markdown", piece.title, { q = close })
  last = { id = piece.id, title = piece.title, buffer = buffer }
  M.show(piece.title)
  if before and vim.api.nvim_buf_is_valid(before) then
    vim.api.nvim_buf_delete(before, { force = true })
  end
end

function M.show(title)
  window.show(last.buffer, title .. " · q closes", require("deskmate").options.explain)
end

function M.width(row)
  return #vim.api.nvim_buf_get_lines(last.buffer, row, row + 1, true)[1]
end

return M

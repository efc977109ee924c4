-- What an answer is about: a place in a buffer, which stays what it is while the text changes.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("deskmate.place")

---@class deskmate.Place
---@field name string
---@field buffer integer
---@field mark integer? nil where it is the whole buffer

---@param about {name: string, uri: string, range: lsp.Range?}
---@param client_id integer
---@return deskmate.Place?
function M.keep(about, client_id)
  local client = vim.lsp.get_client_by_id(client_id)
  local buffer = require("deskmate.buffers").of(about.uri)
  if not (client and vim.api.nvim_buf_is_loaded(buffer)) then
    return nil
  end
  local mark
  if about.range then
    local from, to = about.range.start, about.range["end"]
    mark =
      vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, from.line, M.column(client, buffer, from), {
        end_row = to.line,
        end_col = M.column(client, buffer, to),
        strict = false,
      })
  end
  return { name = about.name, buffer = buffer, mark = mark }
end

--- As the server is told of it, where it is by now.
---@param client vim.lsp.Client
---@param place deskmate.Place
---@return {uri: string, range: lsp.Range?}
function M.to_lsp(client, place)
  local found = { uri = vim.uri_from_bufnr(place.buffer) }
  local row, column, more = M.find(place)
  if row then
    local range = require("deskmate.range")
    found.range = {
      start = range.position(client, row + 1, column, place.buffer),
      ["end"] = range.position(client, more.end_row + 1, more.end_col, place.buffer),
    }
  end
  return found
end

--- Puts the cursor there, in a window that shows the buffer or in this one.
---@param place deskmate.Place
function M.go(place)
  local shown = vim.fn.bufwinid(place.buffer)
  if shown == -1 then
    vim.cmd.sbuffer(place.buffer)
  else
    vim.api.nvim_set_current_win(shown)
  end
  local row, column = M.find(place)
  if row then
    vim.cmd("normal! m'")
    vim.api.nvim_win_set_cursor(0, { row + 1, column })
  end
end

---@param place deskmate.Place
---@return integer?, integer?, table?
function M.find(place)
  if place.mark and vim.api.nvim_buf_is_valid(place.buffer) then
    local found =
      vim.api.nvim_buf_get_extmark_by_id(place.buffer, NAMESPACE, place.mark, { details = true })
    return found[1], found[2], found[3]
  end
end

function M.column(client, buffer, position)
  local line = vim.api.nvim_buf_get_lines(buffer, position.line, position.line + 1, false)[1] or ""
  return vim.str_byteindex(line, client.offset_encoding, position.character, false)
end

return M

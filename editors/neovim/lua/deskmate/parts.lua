-- The parts of an edit that is shown as a diff: each block of changed lines can be left out.

local edit = require("deskmate.edit")

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("deskmate.parts")

---@class deskmate.Part
---@field uri string
---@field first integer the first line that it takes the place of, from 0
---@field count integer how many lines that is
---@field lines string[] what comes there
---@field rows integer[] its lines in the diff, from 0
---@field left_out boolean

--- A unified diff of all files, and the parts of it.
---@param changes lsp.WorkspaceEdit
---@param encoding string
---@return string[] lines, deskmate.Part[] parts
function M.diff(changes, encoding)
  local lines, parts = {}, {}
  for _, file in ipairs(edit.files(changes)) do
    local name = vim.fn.fnamemodify(vim.uri_to_fname(file.uri), ":.")
    local before, after = M.texts(file, encoding)
    vim.list_extend(lines, { "--- " .. name, "+++ " .. name })
    local blocks = M.blocks(file.uri, before, after)
    local at, inside = 0, false
    for line in vim.gsplit(vim.trim(vim.diff(before, after, { ctxlen = 3 })), "\n") do
      local changed = line:match("^[-+]") ~= nil
      if changed then
        at = inside and at or at + 1
        table.insert(blocks[at].rows, #lines)
      end
      inside = changed or (inside and line:match("^\\") ~= nil)
      table.insert(lines, line)
    end
    vim.list_extend(parts, blocks)
  end
  return lines, parts
end

--- Leaves the part at the cursor out, or takes it back in; below the last one it is the last.
---@param parts deskmate.Part[]
function M.toggle(parts)
  local row = vim.api.nvim_win_get_cursor(0)[1] - 1
  local found = parts[#parts]
  for _, part in ipairs(parts) do
    if row <= part.rows[#part.rows] then
      found = part
      break
    end
  end
  found.left_out = not found.left_out
  for _, line in ipairs(found.rows) do
    vim.api.nvim_buf_clear_namespace(0, NAMESPACE, line, line + 1)
    if found.left_out then
      vim.api.nvim_buf_set_extmark(0, NAMESPACE, line, 0, {
        line_hl_group = "Comment",
        virt_text = { { line == found.rows[1] and "left out" or "", "WarningMsg" } },
      })
    end
  end
end

--- Puts those that are not left out into their buffers.
---@param parts deskmate.Part[]
function M.apply(parts)
  for part in vim.iter(parts):rev() do
    if not part.left_out then
      local buffer = require("deskmate.buffers").of(part.uri)
      vim.api.nvim_buf_set_lines(buffer, part.first, part.first + part.count, true, part.lines)
    end
  end
end

function M.blocks(uri, before, after)
  local new = vim.split(after, "\n")
  local hunks = vim.diff(before, after, { result_type = "indices" }) --[[@as integer[][] ]]
  return vim.tbl_map(function(hunk)
    local start, count, to, added = unpack(hunk)
    return {
      uri = uri,
      first = count == 0 and start or start - 1, -- what is put in comes after that line
      count = count,
      lines = vim.list_slice(new, to, to + added - 1),
      rows = {},
      left_out = false,
    }
  end, hunks)
end

function M.texts(file, encoding)
  local buffer = require("deskmate.buffers").of(file.uri)
  vim.fn.bufload(buffer)
  local before = vim.api.nvim_buf_get_lines(buffer, 0, -1, true)
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, true, before)
  vim.lsp.util.apply_text_edits(vim.deepcopy(file.edits), copy, encoding)
  local after = vim.api.nvim_buf_get_lines(copy, 0, -1, true)
  vim.api.nvim_buf_delete(copy, { force = true })
  return table.concat(before, "\n") .. "\n", table.concat(after, "\n") .. "\n"
end

return M

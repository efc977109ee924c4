-- What the server wants to change.

local buffers = require("deskmate.buffers")

local M = {}

--- Answers `workspace/applyEdit`: the edit is applied if the text is still the one that it is for,
--- and, with `preview`, if the user wants it.
---@param params lsp.ApplyWorkspaceEditParams
---@param context lsp.HandlerContext
---@return lsp.ApplyWorkspaceEditResult
function M.apply(params, context)
  local client = assert(vim.lsp.get_client_by_id(context.client_id))
  local file = M.files(params.edit)[1]
  if file and file.uri == buffers.UNNAMED and #buffers.unnamed() > 1 then
    return { applied = false, failureReason = "several buffers have no name; give this one a name" }
  end
  local parts = {}
  -- An edit of several files has been shown by the server.
  if require("deskmate").options.preview and #M.files(params.edit) == 1 then
    parts = require("deskmate.preview").ask(params, client.offset_encoding)
    if not parts then
      return { applied = false, failureReason = "declined" }
    end
  end
  if not M.is_current(params.edit, client) then
    return { applied = false, failureReason = "the text is newer than the edit" }
  end
  require("deskmate.problems").note(client, params.edit)
  M.close_undo_blocks(params.edit)
  local done, trouble = pcall(M.put_in, params.edit, parts, client.offset_encoding)
  M.close_undo_blocks(params.edit)
  return { applied = done, failureReason = not done and tostring(trouble) or nil }
end

--- Puts the edit in, or those parts of it that its user has not left out.
---@param edit lsp.WorkspaceEdit
---@param parts deskmate.Part[]
---@param encoding string
function M.put_in(edit, parts, encoding)
  local left_out = vim.iter(parts):any(function(part)
    return part.left_out
  end)
  if left_out then
    require("deskmate.parts").apply(parts)
    require("deskmate.message").warn("Applied in part; what was checked is the whole of it.")
    return
  end
  local file = M.files(edit)[1]
  if file and file.uri == buffers.UNNAMED then
    vim.lsp.util.apply_text_edits(file.edits, buffers.of(file.uri), encoding)
  else
    vim.lsp.util.apply_workspace_edit(edit, encoding)
  end
end

--- Keeps the edit apart from what is being typed: `u` takes back one or the other.
---@param edit lsp.WorkspaceEdit
function M.close_undo_blocks(edit)
  for _, file in ipairs(M.files(edit)) do
    local buffer = buffers.of(file.uri)
    if vim.api.nvim_buf_is_loaded(buffer) then
      -- Setting this option ends the block, whatever it is set to.
      vim.bo[buffer].undolevels = vim.bo[buffer].undolevels
    end
  end
end

--- Whether each buffer is as the server knew it: by its version or, where it is not told of the
--- buffer, as the file is. Neovim itself calls an edit applied that it passed over because its text
--- was newer.
---@param edit lsp.WorkspaceEdit
---@param client vim.lsp.Client
function M.is_current(edit, client)
  for _, change in ipairs(edit.documentChanges or {}) do
    local document = change.textDocument
    if document and type(document.version) == "number" then
      local known = vim.lsp.util.buf_versions[buffers.of(document.uri)]
      if known and known > document.version then
        return false
      end
    elseif document and M.is_edited(document.uri, client) then
      return false
    end
  end
  return true
end

--- Whether a buffer that the server is not told of has what its file has not.
function M.is_edited(uri, client)
  local buffer = buffers.of(uri)
  return vim.api.nvim_buf_is_loaded(buffer)
    and vim.bo[buffer].modified
    and not vim.lsp.buf_is_attached(buffer, client.id)
end

--- The files that an edit changes, with the text edits of each.
---@param edit lsp.WorkspaceEdit
---@return {uri: string, edits: lsp.TextEdit[]}[]
function M.files(edit)
  local found = {}
  for _, change in ipairs(edit.documentChanges or {}) do
    if change.textDocument then
      table.insert(found, { uri = change.textDocument.uri, edits = change.edits })
    end
  end
  for uri, edits in pairs(edit.changes or {}) do
    table.insert(found, { uri = uri, edits = edits })
  end
  return found
end

return M

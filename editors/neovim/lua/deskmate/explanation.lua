-- Answers, each written into a window while the model writes it, and what follows it below.

local window = require("deskmate.window")

local M = {}

---@class deskmate.Answer
---@field client integer the server that it is of
---@field id integer? the job that writes it, while one does
---@field title string
---@field buffer integer
---@field conversation string? what a question can follow
---@field place deskmate.Place?

---@type deskmate.Answer[] those with a buffer, the newest last
local answers = {}

--- Takes one `deskmate/stream`.
---@param piece {id: integer, title: string, text: string, done: boolean,
---conversation: string?, about: table?}
---@param client integer
function M.add(piece, client)
  local answer = M.find("id", piece.id, client)
  if piece.done or piece.text == "" then
    if answer and piece.done then
      answer.id = nil
    end
    return
  end
  if not answer then
    answer = M.find("conversation", piece.conversation, client)
    if answer then
      M.write(answer, "\n\n---\n\n## " .. piece.title .. "\n\n")
    else
      answer = M.begin(piece, client)
    end
    answer.id = piece.id
    M.show(answer)
  end
  M.write(answer, piece.text)
end

--- Shows the last answer again.
function M.open()
  local answer = M.current()
  if answer then
    M.show(answer)
  else
    require("deskmate.message").warn("Nothing has been explained yet.")
  end
end

--- What the answer in this window is about, or else the last one, where its buffer is still there;
--- nil for nothing.
---@return deskmate.Place?
function M.place()
  local answer = M.current()
  local place = answer and answer.place
  return place and vim.api.nvim_buf_is_valid(place.buffer) and place or nil
end

--- What a question would follow; nil for nothing.
---@return string?
function M.conversation()
  local answer = M.current()
  return answer and answer.conversation
end

--- The server that knows of that conversation; nil where it is gone.
---@return vim.lsp.Client?
function M.client()
  local answer = M.current()
  return answer and vim.lsp.get_client_by_id(answer.client)
end

--- A server is gone, and with it what it knew of the conversations.
---@param client integer
function M.forget(client)
  for _, answer in ipairs(answers) do
    if answer.client == client then
      answer.id, answer.conversation = nil, nil
    end
  end
end

--- The answer in this window, or else the last one.
---@return deskmate.Answer?
function M.current()
  return M.find("buffer", vim.api.nvim_get_current_buf()) or answers[#answers]
end

---@return deskmate.Answer?
function M.find(key, value, client)
  answers = vim.tbl_filter(function(answer)
    return vim.api.nvim_buf_is_valid(answer.buffer)
  end, answers)
  for _, answer in ipairs(answers) do
    if value ~= nil and answer[key] == value and answer.client == (client or answer.client) then
      return answer
    end
  end
end

--- A new answer takes the place of the one before, once that is written.
function M.begin(piece, client)
  local answer = {
    client = client,
    title = piece.title,
    buffer = window.buffer("markdown", piece.title, require("deskmate.chat").keys),
    conversation = piece.conversation,
    place = piece.about and require("deskmate.place").keep(piece.about, client),
  }
  local done = vim.tbl_filter(function(one)
    return one.id == nil
  end, answers)
  table.insert(answers, answer)
  M.show(answer)
  for _, one in ipairs(done) do
    vim.api.nvim_buf_delete(one.buffer, { force = true })
  end
  return answer
end

--- Shows an answer, in a window beside that of one which is being written.
function M.show(answer)
  local about = answer.place and " · " .. answer.place.name:gsub("`", "") or ""
  local words = answer.title .. about .. " · a follows up, q closes, g? lists all keys"
  local beside = vim.iter(answers):any(function(one)
    return one ~= answer and one.id ~= nil
  end)
  window.show(answer.buffer, words, require("deskmate").options.explain, beside)
end

function M.write(answer, text)
  local buffer = answer.buffer
  local row = vim.api.nvim_buf_line_count(buffer) - 1
  local width = #vim.api.nvim_buf_get_lines(buffer, row, row + 1, true)[1]
  vim.bo[buffer].modifiable = true
  vim.api.nvim_buf_set_text(buffer, row, width, row, width, vim.split(text, "\r?\n"))
  vim.bo[buffer].modifiable = false
end

return M

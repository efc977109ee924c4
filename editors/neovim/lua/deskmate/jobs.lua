-- What runs: its progress at the end of the line that it was asked for at, and in the statusline.

local M = {}

local NAMESPACE = vim.api.nvim_create_namespace("deskmate")

---@type table<string, {client: integer, words: string}> by the token of its progress
local running = {}

---@type table<string, {buffer: integer, mark: integer}> by the same
local marks = {}

--- Starts a job, and remembers where it was asked for.
---@param command lsp.Command `deskmate.run` or `deskmate.ask`
---@param client_id integer
---@param buffer integer
function M.start(command, client_id, buffer)
  local client = assert(vim.lsp.get_client_by_id(client_id))
  local params = { command = command.command, arguments = command.arguments }
  local range = command.arguments[1].range
  local row = range and range.start.line or vim.api.nvim_win_get_cursor(0)[1] - 1
  local mark = vim.api.nvim_buf_set_extmark(buffer, NAMESPACE, row, 0, { strict = false })
  client:request("workspace/executeCommand", params, function(error, result)
    if error then
      require("deskmate.message").warn(error.message)
    elseif result.status == "started" then
      M.place(client_id, result.job, { buffer = buffer, mark = mark })
      return
    end
    vim.api.nvim_buf_del_extmark(buffer, NAMESPACE, mark)
  end, buffer)
end

--- Watches the server's progress.
function M.watch()
  local group = vim.api.nvim_create_augroup("deskmate", { clear = true })
  vim.api.nvim_create_autocmd("LspProgress", {
    group = group,
    callback = function(event)
      local client = vim.lsp.get_client_by_id(event.data.client_id)
      if client and client.name == "deskmate" then
        M.report(client.id, event.data.params)
      end
    end,
  })
end

--- What runs, in a few words; "" for nothing.
---@return string
function M.status()
  local words = {}
  for _, key in ipairs(vim.fn.sort(vim.tbl_keys(running))) do
    table.insert(words, running[key].words)
  end
  return table.concat(words, " · ")
end

--- Shows the progress of this job at the place. No progress comes before this is known.
function M.place(client_id, job, place)
  local key = M.key(client_id, "#" .. job)
  marks[key] = place
  M.draw(key)
end

--- Takes one progress of the server's.
function M.report(client_id, params)
  local key, value = M.key(client_id, params.token), params.value
  if value.kind == "end" then
    M.remove(key)
  else
    local title, message = value.title or params.token, value.message or ""
    running[key] =
      { client = client_id, words = title .. (message ~= "" and ": " .. message or "") }
    M.draw(key)
  end
  vim.cmd.redrawstatus()
end

--- A job's token ends with its number; that of an index has none.
function M.key(client_id, token)
  return client_id .. (tostring(token):match("#%d+$") or token)
end

function M.draw(key)
  local place, job = marks[key], running[key]
  if not (place and job and require("deskmate").options.progress) then
    return
  end
  if not vim.api.nvim_buf_is_valid(place.buffer) then
    return
  end
  local at = vim.api.nvim_buf_get_extmark_by_id(place.buffer, NAMESPACE, place.mark, {})
  if at[1] then
    vim.api.nvim_buf_set_extmark(place.buffer, NAMESPACE, at[1], at[2], {
      id = place.mark,
      virt_text = { { "  … " .. job.words, "DiagnosticVirtualTextInfo" } },
      virt_text_pos = "eol",
    })
  end
end

function M.remove(key)
  local place = marks[key]
  running[key], marks[key] = nil, nil
  if place and vim.api.nvim_buf_is_valid(place.buffer) then
    vim.api.nvim_buf_del_extmark(place.buffer, NAMESPACE, place.mark)
  end
end

--- A server that is gone reports no end.
function M.forget(client_id)
  for key, job in pairs(running) do
    if job.client == client_id then
      M.remove(key)
    end
  end
  vim.cmd.redrawstatus()
end

return M

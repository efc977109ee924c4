-- Which program the server is; and one that ends without being asked to comes back, once.

local M = {}

--- When and how it last ended so, for `:checkhealth`; nil where it did not.
---@type string?
M.trouble = nil

--- The program that `make install` makes in the clone that this plugin lies in, where it is there;
--- else the one on the PATH.
---@return string
function M.program()
  local clone = vim.fn.fnamemodify(require("deskmate").folder, ":h:h")
  for _, place in ipairs({ "bin/deskmate", "Scripts/deskmate.exe" }) do
    local program = vim.fs.joinpath(clone, ".venv", place)
    if vim.fn.executable(program) == 1 then
      return program
    end
  end
  return "deskmate"
end

---@param code integer
---@param signal integer
---@param client_id integer
function M.ended(code, signal, client_id)
  vim.schedule(function()
    require("deskmate.jobs").forget(client_id)
    require("deskmate.explanation").forget()
    if (code == 0 and signal == 0) or vim.v.exiting ~= vim.NIL then
      return
    end
    local how = signal ~= 0 and "signal " .. signal or "code " .. code
    local again = M.trouble == nil and vim.lsp.is_enabled("deskmate")
    local next = again and "it is started again" or "`:edit` starts it again"
    M.trouble = os.date("%H:%M") .. ", " .. how
    require("deskmate.message").warn(("The server ended unexpectedly (%s); %s."):format(how, next))
    if again then
      vim.lsp.enable("deskmate")
    end
  end)
end

return M
